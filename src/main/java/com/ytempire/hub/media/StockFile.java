package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One of the files a vendor has of a clip. */
record StockFile(String url, int width, int height) {

    /** Of the shorter side: what videos are made in; more is only more to load. */
    private static final int HD = 1080;

    /** @return empty for what is no file of its own: streams have no size, and some sizes are listed but empty */
    static Optional<StockFile> of(JsonNode url, JsonNode width, JsonNode height) {
        return url.asText("").isBlank() || width.asInt() <= 0 || height.asInt() <= 0
                ? Optional.empty()
                : Optional.of(new StockFile(url.asText(), width.asInt(), height.asInt()));
    }

    private int shortSide() {
        return Math.min(width, height);
    }

    /** The largest that is not above HD; when all are, the smallest. */
    static Optional<StockFile> best(List<StockFile> files) {
        return files.stream()
                .filter(file -> file.shortSide() <= HD)
                .max(Comparator.comparingInt(StockFile::shortSide))
                .or(() -> files.stream().min(Comparator.comparingInt(StockFile::shortSide)));
    }
}
