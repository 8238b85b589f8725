package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.OpenAiVendor.Mood;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenAI's images, as the GPT image models take them: what only DALL·E knew is refused. */
final class OpenAiPictures {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "prompt",
            "n",
            "size",
            "quality",
            "output_format",
            "output_compression",
            "background",
            "moderation",
            "stream",
            "partial_images",
            "user");
    private static final Set<String> QUALITIES = Set.of("low", "medium", "high", "auto");
    private static final Set<String> FORMATS = Set.of("png", "jpeg", "webp");
    private static final Set<String> USUAL_SIZES = Set.of("1024x1024", "1536x1024", "1024x1536", "auto");
    private static final Map<String, Integer> TOKENS = Map.of("low", 272, "medium", 1056, "high", 4160, "auto", 1056);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final int LONGEST_PROMPT = 32_000;

    private OpenAiPictures() {}

    /** @return null when nothing is wrong */
    static Answer check(JsonNode body) {
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                return OpenAiVendor.invalid("Unknown parameter: '" + name + "'.", name, "unknown_parameter");
            }
        }
        JsonNode prompt = body.path("prompt");
        if (!prompt.isTextual() || prompt.asText().isBlank()) {
            return OpenAiVendor.invalid(
                    "Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter");
        }
        if (prompt.asText().length() > LONGEST_PROMPT) {
            return OpenAiVendor.invalid("Invalid 'prompt': string too long.", "prompt", "string_above_max_length");
        }
        JsonNode n = body.path("n");
        if (!n.isMissingNode() && (!n.isInt() || n.asInt() < 1 || n.asInt() > 10)) {
            return OpenAiVendor.invalid("Invalid 'n': integer out of range.", "n", "integer_above_max_value");
        }
        if (!QUALITIES.contains(body.path("quality").asText("auto"))) {
            return OpenAiVendor.invalid("Invalid value for 'quality'.", "quality", "invalid_value");
        }
        if (!FORMATS.contains(body.path("output_format").asText("png"))) {
            return OpenAiVendor.invalid("Invalid value for 'output_format'.", "output_format", "invalid_value");
        }
        return takes(body.path("model").asText(), body.path("size").asText("auto"))
                ? null
                : OpenAiVendor.invalid("Invalid value for 'size'.", "size", "invalid_value");
    }

    private static boolean takes(String model, String size) {
        if (USUAL_SIZES.contains(size)) {
            return true;
        }
        Matcher sides = SIZE.matcher(size);
        if (!model.startsWith("gpt-image-2") || !sides.matches()) {
            return false;
        }
        int width = Integer.parseInt(sides.group(1));
        int height = Integer.parseInt(sides.group(2));
        return width % 16 == 0
                && height % 16 == 0
                && width <= 3840
                && height <= 2160
                && width <= 3 * height
                && height <= 3 * width;
    }

    static ObjectNode picture(JsonNode body, Mood mood, long now) {
        String size = body.path("size").asText("auto");
        Matcher sides = SIZE.matcher(size.equals("auto") ? "1024x1024" : size);
        sides.matches();
        int width = Integer.parseInt(sides.group(1));
        int height = Integer.parseInt(sides.group(2));
        String quality = body.path("quality").asText("auto");
        byte[] png = switch (mood == null ? Mood.FILTERING : mood) {
            case BOMB -> Pixels.bomb();
            case TORN -> Pixels.torn();
            case TINY -> Pixels.png(64, 64, "tiny");
            default -> Pixels.png(width, height, body.path("prompt").asText());
        };
        ObjectNode answer = Json.object().put("created", now).put("background", "opaque");
        answer.put("output_format", "png").put("quality", quality.equals("auto") ? "medium" : quality);
        answer.put("size", width + "x" + height);
        if (mood == Mood.EMPTY) {
            answer.putArray("data");
        } else {
            answer.putArray("data")
                    .addObject()
                    .put("b64_json", Base64.getEncoder().encodeToString(png));
        }
        if (mood != Mood.COUNTLESS) {
            int input = body.path("prompt").asText().split("\\s+").length;
            int output = (int) ((long) width * height * TOKENS.get(quality) / (1024 * 1024));
            ObjectNode usage = answer.putObject("usage");
            usage.put("input_tokens", input).put("output_tokens", output).put("total_tokens", input + output);
            usage.putObject("input_tokens_details").put("text_tokens", input).put("image_tokens", 0);
        }
        return answer;
    }
}
