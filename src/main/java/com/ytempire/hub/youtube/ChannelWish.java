package com.ytempire.hub.youtube;

import java.util.Set;
import java.util.UUID;

/**
 * What is wanted of the pool for an upload.
 *
 * @param owner whose video it is; null: an operator's, for which the fleet serves
 * @param channel the only one that will do; null: any
 * @param except those that have been tried
 */
record ChannelWish(UUID upload, UUID owner, UUID channel, Set<UUID> except) {}
