package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A vendor's failure whose words repeat the request, as some vendors' do: "Incorrect API key provided: sk-…". */
final class Echo {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KEYS =
            List.of("authorization", "xi-api-key", "x-goog-api-key", "api-key", "x-api-key");

    private Echo() {}

    static Answer of(Answer failure, Received request) {
        String words = Stream.concat(
                        request.headers().entrySet().stream()
                                .filter(header -> KEYS.contains(header.getKey()))
                                .map(Map.Entry::getValue),
                        Stream.of(request.query(), request.text()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" | ", "Refused: ", ""));
        try {
            return new Answer(
                    failure.status(),
                    failure.headers(),
                    JSON.writeValueAsBytes(with(JSON.readTree(failure.body()), words)));
        } catch (IOException e) {
            return Answer.text(failure.status(), words);
        }
    }

    /** In each text that is a sentence; what programs read stays as it is. */
    private static JsonNode with(JsonNode node, String words) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(with(field.getValue(), words)));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, with(array.get(i), words));
            }
        } else if (node.isTextual() && node.asText().contains(" ")) {
            return TextNode.valueOf(words + " " + node.asText());
        }
        return node;
    }
}
