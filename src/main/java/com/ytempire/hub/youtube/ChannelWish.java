package com.ytempire.hub.youtube;

import java.util.UUID;

/**
 * What is wanted of the pool for an upload.
 *
 * @param owner whose video it is; null: an operator's, for which the fleet serves
 * @param channel the only one that will do; null: any
 */
record ChannelWish(UUID upload, UUID owner, UUID channel) {}
