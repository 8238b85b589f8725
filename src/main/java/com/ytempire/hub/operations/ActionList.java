package com.ytempire.hub.operations;

import com.ytempire.hub.platform.OperatorAction;
import java.util.List;

/** What an operator can do with one part of the hub; the pages show it in places of their own. */
interface ActionList {

    List<OperatorAction> actions();
}
