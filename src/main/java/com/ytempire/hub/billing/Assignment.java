package com.ytempire.hub.billing;

import java.util.UUID;

/** A customer that an operator gives to a user. */
record Assignment(String customer, UUID userId, String actor) {}
