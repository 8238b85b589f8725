package com.ytempire.hub.operations;

import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.Problem;
import java.util.List;
import org.springframework.http.HttpStatus;

/** What an operator can do with one part of the hub; the pages show it in places of their own. */
interface ActionList {

    List<OperatorAction> actions();

    /**
     * Both parts of a target such as {@code stripe/evt_1}; the second may have slashes of its own.
     *
     * @throws Problem 404 when there are not two
     */
    static String[] parts(String target) {
        String[] parts = target.split("/", 2);
        if (parts.length < 2 || parts[0].isEmpty()) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no " + target);
        }
        return parts;
    }
}
