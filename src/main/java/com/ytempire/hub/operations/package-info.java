/** How the whole does: vendors, alerts, checks, and the page on which an operator sees and acts. */
package com.ytempire.hub.operations;
