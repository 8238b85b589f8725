package com.ytempire.hub.operations;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The actions of the page and the console, for scripts and run-books. */
@RestController
@RequestMapping(ActionController.PATH)
class ActionController {

    static final String PATH = "/api/v1/operations/actions";

    private final OperatorActions actions;
    private final AuditReader audit;

    ActionController(OperatorActions actions, AuditReader audit) {
        this.actions = actions;
        this.audit = audit;
    }

    /** @param fields what the action needs to know, besides its target */
    record Known(String name, String title, List<Field> fields) {}

    @GetMapping
    ApiAnswer<List<Known>> all() {
        return ApiAnswer.of(actions.titles().keySet().stream()
                .map(actions::find)
                .map(action -> new Known(action.name(), action.title(), action.fields()))
                .toList());
    }

    /**
     * @param target on what; null when the action says it
     * @param values of its fields, by name; null when it has none
     */
    record Wanted(String target, Map<String, String> values) {}

    /** @param auditId the entry of the audit log */
    record Done(String action, String target, String result, long auditId) {}

    @PostMapping("/{name}")
    ApiAnswer<Done> act(@PathVariable String name, @RequestBody(required = false) Wanted wanted, Principal operator) {
        OperatorAction action = actions.find(name);
        String target = wanted == null || wanted.target() == null ? "" : wanted.target();
        Map<String, String> values = wanted == null || wanted.values() == null ? Map.of() : wanted.values();
        long done = actions.run(action, new Order(target, values, operator.getName(), "api"));
        String result = audit.find(done).map(AuditReader.Entry::result).orElse("");
        return ApiAnswer.of(new Done(name, target, result, done));
    }
}
