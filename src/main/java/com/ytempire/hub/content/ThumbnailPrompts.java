package com.ytempire.hub.content;

/** What an image model is told. */
final class ThumbnailPrompts {

    private ThumbnailPrompts() {}

    static String of(ThumbnailRequest request) {
        StringBuilder prompt = new StringBuilder("A YouTube thumbnail for a video called \"")
                .append(request.title().replace('"', '\''))
                .append("\". ");
        if (request.prompt() != null) {
            prompt.append("It shows: ")
                    .append(PromptCompactor.compact(request.prompt()))
                    .append(". ");
        }
        if (request.style() != null) {
            prompt.append("Style of the video: ").append(request.style()).append(". ");
        }
        return prompt.append(
                        "Landscape, 16:9. One clear subject, bold colours, strong contrast, readable at the size of a")
                .append(
                        " stamp. Nothing important near the edges or in the lower right corner. No logos, no watermark,")
                .append(" no small print.")
                .toString();
    }
}
