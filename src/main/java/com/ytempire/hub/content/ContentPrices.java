package com.ytempire.hub.content;

import com.ytempire.hub.content.ContentSettings.ImageModel;
import com.ytempire.hub.content.ContentSettings.ImagePrice;
import com.ytempire.hub.content.ContentSettings.Level;
import com.ytempire.hub.content.ContentSettings.TokenPrice;
import com.ytempire.hub.content.SpeechSettings.CharacterPrice;
import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.spending.PriceSource;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** What the links of the chains cost today: as set, unless an operator has set another price since. */
@Component
@Order(10)
class ContentPrices implements PriceSource {

    private static final String TOKENS = "a million tokens";

    private final ContentSettings settings;
    private final SpeechSettings speech;
    private final Prices prices;
    private final Map<String, Price> all = new LinkedHashMap<>();

    /** What the prices of a level, a voice or a model are called; two may be alike in all that is set. */
    private final Map<Object, String> names = new IdentityHashMap<>();

    ContentPrices(ContentSettings settings, SpeechSettings speech, Prices prices) {
        this.settings = settings;
        this.speech = speech;
        this.prices = prices;
        settings.levels().forEach((name, level) -> names.put(level, "text." + name));
        speech.voices().forEach((link, voice) -> names.put(voice, link));
        settings.thumbnails().models().forEach((link, model) -> names.put(model, link));
        listed().forEach(price -> all.put(price.name(), price));
    }

    TokenPrice of(Level level) {
        String name = names.get(level);
        return new TokenPrice(null, now(name + ".input"), now(name + ".output"));
    }

    /** US dollars for a thousand characters. */
    BigDecimal of(Voice voice) {
        return now(names.get(voice));
    }

    /** The bound is never below the price. */
    ImagePrice of(ImageModel model) {
        String name = names.get(model);
        BigDecimal image = now(name + ".image");
        return new ImagePrice(
                null,
                image,
                (hasBound(model) ? now(name + ".bound") : image).max(image),
                counted(name + ".input"),
                counted(name + ".output"));
    }

    private static boolean hasBound(ImageModel model) {
        return model.prices().stream().anyMatch(price -> price.bound().compareTo(price.image()) != 0);
    }

    /** Null when the vendor does not count. */
    private BigDecimal counted(String name) {
        return all.containsKey(name) ? now(name) : null;
    }

    private BigDecimal now(String name) {
        return prices.now(name, all.get(name).usual())
                .orElseThrow(() -> new IllegalStateException("no price holds for " + name));
    }

    private static <T> List<From> from(List<T> prices, Function<T, LocalDate> day, Function<T, BigDecimal> amount) {
        return prices.stream()
                .filter(price -> amount.apply(price) != null)
                .map(price -> new From(day.apply(price), amount.apply(price)))
                .toList();
    }

    @Override
    public List<Price> prices() {
        return List.copyOf(all.values());
    }

    private List<Price> listed() {
        List<Price> list = new ArrayList<>();
        settings.levels().forEach((name, level) -> {
            String title = "Text, " + name + " (" + level.model() + ")";
            list.add(new Price(
                    "text." + name + ".input",
                    title + ", read",
                    TOKENS,
                    from(level.prices(), TokenPrice::from, TokenPrice::input)));
            list.add(new Price(
                    "text." + name + ".output",
                    title + ", written",
                    TOKENS,
                    from(level.prices(), TokenPrice::from, TokenPrice::output)));
        });
        speech.voices()
                .forEach((link, voice) -> list.add(new Price(
                        link,
                        "Speech, " + link.replace("speech-", "").replace('-', ' '),
                        "a thousand characters",
                        from(voice.prices(), CharacterPrice::from, CharacterPrice::thousand))));
        settings.thumbnails().models().forEach((link, model) -> list.addAll(ofPictures(link, model)));
        return list;
    }

    private static List<Price> ofPictures(String link, ImageModel model) {
        String title = "Thumbnail, " + link.replace("thumbnail-", "") + " (" + model.model() + ")";
        List<Price> all = new ArrayList<>();
        all.add(new Price(
                link + ".image", title, "a picture", from(model.prices(), ImagePrice::from, ImagePrice::image)));
        if (hasBound(model)) {
            all.add(new Price(
                    link + ".bound",
                    title + ", set aside",
                    "a picture",
                    from(model.prices(), ImagePrice::from, ImagePrice::bound)));
        }
        List<From> input = from(model.prices(), ImagePrice::from, ImagePrice::input);
        List<From> output = from(model.prices(), ImagePrice::from, ImagePrice::output);
        if (!input.isEmpty() && !output.isEmpty()) {
            all.add(new Price(link + ".input", title + ", read", TOKENS, input));
            all.add(new Price(link + ".output", title + ", drawn", TOKENS, output));
        }
        return all;
    }
}
