package com.ytempire.hub.billing;

/**
 * Somebody who has to know how a command ended; a bean each. It is told in the transaction that settles the command,
 * of every kind of command, so it looks at the kind first. Success also shows in the mirror, whose effects follow.
 */
interface CommandSettled {

    /** @param command in its final state {@code done} or {@code failed}, or in {@code manual}, when people have to act */
    void settled(Command command);
}
