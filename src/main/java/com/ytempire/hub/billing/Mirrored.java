package com.ytempire.hub.billing;

/** An object of the mirror whose state may have changed. */
record Mirrored(MirrorKind kind, String id) {

    /** The table's name, for routes to choose by. */
    public String table() {
        return kind.table();
    }
}
