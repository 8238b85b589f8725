package com.ytempire.hub.webhooks;

/**
 * What became of an event at the store.
 *
 * @param duplicate whether it had been stored before
 */
record Admission(String eventId, String workflowId, boolean duplicate) {}
