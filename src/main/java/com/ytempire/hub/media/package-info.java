/** Stock clips and photos for videos: found at vendors, remembered, licensed once, and credited. */
package com.ytempire.hub.media;
