/** What leaves the hub for people and for analytics, by way of one outbox. */
package com.ytempire.hub.notifications;
