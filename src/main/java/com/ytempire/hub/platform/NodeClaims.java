package com.ytempire.hub.platform;

/**
 * A table of which nodes claim rows for a while: an area registers a bean for each of its own, and {@link NodeWatch} ends
 * the claims of a node that is gone. Without one a claim ends with its lease, as always. All four are SQL of the program,
 * never input.
 *
 * @param table with its schema
 * @param open which rows may be claimed at all, as an index knows them: there may be millions of others
 * @param node the column that names the claimant
 * @param until the column with the end of the claim, by the database's clock
 */
public record NodeClaims(String table, String open, String node, String until) {

    /** With the usual columns, {@code node} and {@code lease_until}. */
    public static NodeClaims of(String table, String open) {
        return new NodeClaims(table, open, "node", "lease_until");
    }
}
