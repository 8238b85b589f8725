/** Users and operators: who they are, how they prove it, and what they may ask of the hub. */
package com.ytempire.hub.accounts;
