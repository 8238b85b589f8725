package com.ytempire.hub.videos;

import com.ytempire.hub.media.LicenceEntry;

/**
 * Where a clip or photo is to be had.
 *
 * @param id of the hub, as {@link LicenceEntry#assetId()}
 * @param provider as {@link LicenceEntry#provider()}
 * @param url of the file, as {@link LicenceEntry#url()}
 */
record ClipSource(String id, String provider, String url) {}
