/** Text, speech and pictures for videos, each by a chain of providers whose last link always answers. */
package com.ytempire.hub.content;
