package com.ytempire.hub.content;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** What a model is told: who it is to be, and what is wanted of it. */
@Component
class TextPrompts {

    /** Of a chat message's frame; the vendor counts it as well. */
    private static final int FRAME_TOKENS = 16;

    /** Words a minute of a voice that reads a script aloud. */
    private static final int WORDS_A_MINUTE = 150;

    private static final Map<TextRequest.Type, String> SYSTEM = new EnumMap<>(Map.of(
            TextRequest.Type.SCRIPT,
            "You are an expert writer of YouTube scripts. Write what the narrator says and nothing else: no headings, no"
                    + " stage directions. Open with a hook for the first five seconds, introduce the topic, make the"
                    + " main points, conclude. Keep a conversational tone and ask the viewer to act where it fits.",
            TextRequest.Type.DESCRIPTION,
            "You are an SEO expert for YouTube descriptions. Answer with the description alone: two strong sentences"
                    + " first, then what the video covers, then a call to action. At most 5,000 bytes.",
            TextRequest.Type.TITLE,
            "You are an expert in YouTube titles that people click and that keep what they promise. Answer with one"
                    + " title of at most 100 characters, without quotation marks.",
            TextRequest.Type.TAGS,
            "You are an SEO specialist for YouTube tags. Answer with tags separated by commas, the strongest first, at"
                    + " most 500 characters in all."));

    private final Supplier<Encoding> tokenizer =
            SingletonSupplier.of(() -> Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE));

    private final Map<TextRequest.Type, Integer> systemTokens = new ConcurrentHashMap<>();

    /** Its 200,000 words take half a second: not while the hub starts, nor of the first text. */
    @EventListener(ApplicationReadyEvent.class)
    void readTokenizer() {
        CompletableFuture.runAsync(tokenizer::get);
    }

    String system(TextRequest request) {
        return SYSTEM.get(request.type());
    }

    String user(TextRequest request) {
        StringBuilder prompt = new StringBuilder(PromptCompactor.compact(request.prompt()));
        if (request.style() != null) {
            prompt.append("\nStyle: ").append(request.style());
        }
        if (request.type() == TextRequest.Type.SCRIPT && request.seconds() != null) {
            prompt.append("\nLength: ~")
                    .append(Math.max(1, request.seconds() * WORDS_A_MINUTE / 60))
                    .append(" words");
        }
        return prompt.toString();
    }

    /**
     * Of the whole request, as the vendor will count it or a little more.
     *
     * @param user as {@link #user} words it
     */
    int tokens(TextRequest request, String user) {
        return systemTokens.computeIfAbsent(request.type(), type -> count(SYSTEM.get(type)))
                + count(user)
                + FRAME_TOKENS;
    }

    private int count(String text) {
        return tokenizer.get().countTokensOrdinary(text);
    }
}
