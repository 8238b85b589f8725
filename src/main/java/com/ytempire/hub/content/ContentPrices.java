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

    ContentPrices(ContentSettings settings, SpeechSettings speech, Prices prices) {
        this.settings = settings;
        this.speech = speech;
        this.prices = prices;
    }

    TokenPrice of(Level level) {
        String name = "text." + nameOf(settings.levels(), level);
        return new TokenPrice(
                null,
                now(name + ".input", from(level.prices(), TokenPrice::from, TokenPrice::input)),
                now(name + ".output", from(level.prices(), TokenPrice::from, TokenPrice::output)));
    }

    /** US dollars for a thousand characters. */
    BigDecimal of(Voice voice) {
        return now(
                nameOf(speech.voices(), voice), from(voice.prices(), CharacterPrice::from, CharacterPrice::thousand));
    }

    /** The bound is never below the price. */
    ImagePrice of(ImageModel model) {
        String name = nameOf(settings.thumbnails().models(), model);
        BigDecimal image = now(name + ".image", from(model.prices(), ImagePrice::from, ImagePrice::image));
        BigDecimal bound = hasBound(model)
                ? now(name + ".bound", from(model.prices(), ImagePrice::from, ImagePrice::bound))
                : image;
        return new ImagePrice(
                null,
                image,
                bound.max(image),
                counted(name + ".input", model, ImagePrice::input),
                counted(name + ".output", model, ImagePrice::output));
    }

    private static boolean hasBound(ImageModel model) {
        return model.prices().stream().anyMatch(price -> price.bound().compareTo(price.image()) != 0);
    }

    /** Null when the vendor does not count. */
    private BigDecimal counted(String name, ImageModel model, Function<ImagePrice, BigDecimal> amount) {
        List<From> usual = from(model.prices(), ImagePrice::from, amount);
        return usual.isEmpty() ? null : now(name, usual);
    }

    private BigDecimal now(String name, List<From> usual) {
        return prices.now(name, usual).orElseThrow(() -> new IllegalStateException("no price holds for " + name));
    }

    private static <T> String nameOf(Map<String, T> all, T one) {
        return all.entrySet().stream()
                .filter(each -> each.getValue().equals(one))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static <T> List<From> from(List<T> prices, Function<T, LocalDate> day, Function<T, BigDecimal> amount) {
        return prices.stream()
                .filter(price -> amount.apply(price) != null)
                .map(price -> new From(day.apply(price), amount.apply(price)))
                .toList();
    }

    @Override
    public List<Price> prices() {
        List<Price> all = new ArrayList<>();
        settings.levels().forEach((name, level) -> {
            String title = "Text, " + name + " (" + level.model() + ")";
            all.add(new Price(
                    "text." + name + ".input",
                    title + ", read",
                    TOKENS,
                    from(level.prices(), TokenPrice::from, TokenPrice::input)));
            all.add(new Price(
                    "text." + name + ".output",
                    title + ", written",
                    TOKENS,
                    from(level.prices(), TokenPrice::from, TokenPrice::output)));
        });
        speech.voices()
                .forEach((link, voice) -> all.add(new Price(
                        link,
                        "Speech, " + link.replace("speech-", "").replace('-', ' '),
                        "a thousand characters",
                        from(voice.prices(), CharacterPrice::from, CharacterPrice::thousand))));
        settings.thumbnails().models().forEach((link, model) -> all.addAll(ofPictures(link, model)));
        return all;
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
