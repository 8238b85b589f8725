/** What the hub pays its vendors for, and the limits no call may pass. */
package com.ytempire.hub.spending;
