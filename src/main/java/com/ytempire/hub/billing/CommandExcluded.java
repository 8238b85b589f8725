package com.ytempire.hub.billing;

/** Another command that excludes the wanted one is open. */
class CommandExcluded extends RuntimeException {

    CommandExcluded() {
        // no stack trace: it is waited for, and happens as often as people press a button twice
        super("another command that excludes it is open", null, false, false);
    }
}
