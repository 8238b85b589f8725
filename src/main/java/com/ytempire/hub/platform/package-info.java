/** What every area stands on: the data folder, the database, secrets, the clock. Uses no area. */
package com.ytempire.hub.platform;
