package com.ytempire.hub.billing;

/** What a request comes down to: a command to be sent, or an answer without one. */
sealed interface Decision permits CommandRequest, CommandAnswer {}
