package com.ytempire.hub.videos;

import java.nio.file.Path;
import java.util.UUID;

/**
 * A file of a video, whole and in its place.
 *
 * @param name tells files of one kind apart; empty where there is one
 * @param sha256 of its content, hexadecimal
 * @param type of its content, as HTTP names it
 */
record StoredFile(UUID video, MediaKind kind, String name, String sha256, long bytes, String type, Path path) {}
