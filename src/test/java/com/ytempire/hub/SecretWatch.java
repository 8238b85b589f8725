package com.ytempire.hub;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.AppenderBase;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.ResendVendor;
import com.ytempire.hub.sandbox.YoutubeVendor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Reads all that is logged while the tests run, and each error the hub answers, for what may stand in neither: the
 * settings that are secret, tokens, keys, links of mails, cards, and people's addresses.
 */
public final class SecretWatch {

    /** What the tests set, each a word that stands nowhere else. */
    private static final Map<String, String> SETTINGS = settings();

    private static final Map<String, Pattern> SHAPES = Map.of(
            "a token of a user", Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]+"),
            "an API key", Pattern.compile("\\bhub_[A-Za-z0-9_-]{30,}"),
            "a secret of a webhook", Pattern.compile("whsec_[A-Za-z0-9+/=]{16,}"),
            "a secret for a browser", Pattern.compile("\\b(pi|seti|cs)_\\w+_secret_\\w+"),
            "a card", Pattern.compile("\\b(4242424242424242|4000\\d{12}|5555555555554444)\\b"),
            "a token of Google", Pattern.compile("\\bya29\\.[\\w.-]+|\\b1//[\\w-]{8,}"),
            "a link of a mail", Pattern.compile("#token=[\\w-]+"),
            "a password on its way", Pattern.compile("Basic [A-Za-z0-9+/]{16,}={0,2}"),
            "somebody's mail address", Pattern.compile("[\\w.+-]+@(example\\.com|[\\w.-]+\\.example)\\b"));

    private static final Pattern OWN = Pattern.compile(SHAPES.get("somebody's mail address")
                    .pattern() + "|" + SHAPES.get("a secret for a browser").pattern());

    private static final List<String> FOUND = new ArrayList<>();

    private SecretWatch() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("the operator's password", HubIT.PASSWORD);
        settings.put("a password", TestUsers.PASSWORD);
        settings.put("STRIPE_WEBHOOK_SECRET", HubIT.STRIPE_SECRET);
        settings.put("the second STRIPE_WEBHOOK_SECRET", HubIT.OTHER_STRIPE_SECRET);
        settings.put("N8N_WEBHOOK_SECRET", HubIT.N8N_SECRET);
        settings.put("RESEND_WEBHOOK_SECRET", ResendVendor.WEBHOOK_SECRET);
        settings.put("STRIPE_SECRET_KEY", "sk_test_sandbox");
        settings.put("RESEND_API_KEY", "re_sandbox");
        settings.put("MIXPANEL_TOKEN", "mixpanel_sandbox");
        settings.put("AMPLITUDE_API_KEY", "amplitude_sandbox");
        settings.put("OPENAI_API_KEY or STABILITY_API_KEY", "sk-sandbox");
        settings.put("GOOGLE_TTS_API_KEY", "AIza-sandbox");
        settings.put("ELEVENLABS_API_KEY", "sk_sandbox");
        settings.put("PEXELS_API_KEY", "pexels_sandbox");
        settings.put("PIXABAY_API_KEY", "pixabay_sandbox");
        settings.put("SHUTTERSTOCK_TOKEN", "shutterstock_sandbox");
        settings.put("YOUTUBE_CLIENT_SECRET", YoutubeVendor.CLIENT_SECRET);
        return settings;
    }

    /** The values of the settings that are secret, by name. */
    public static Map<String, String> secretSettings() {
        return SETTINGS;
    }

    /** From now on; Spring Boot sets logging up anew for each application, which this outlives. */
    static synchronized void begin() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getCopyOfListenerList().stream().noneMatch(Reset.class::isInstance)) {
            context.addListener(new Reset());
            attach(context);
        }
    }

    private static void attach(LoggerContext context) {
        AppenderBase<ILoggingEvent> reader = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (!event.getLoggerName().startsWith("com.ytempire.hub.sandbox")) {
                    look("logged by " + event.getLoggerName(), text(event));
                }
            }
        };
        reader.setContext(context);
        reader.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(reader);
        context.getLogger("com.ytempire.hub").setLevel(Level.DEBUG);
    }

    private static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getFormattedMessage());
        event.getMDCPropertyMap().values().forEach(value -> text.append('\n').append(value));
        for (IThrowableProxy failure = event.getThrowableProxy(); failure != null; failure = failure.getCause()) {
            text.append('\n').append(failure.getClassName()).append(": ").append(failure.getMessage());
        }
        return text.toString();
    }

    /** What of all that may not be there is in a text. */
    public static Optional<String> find(String text) {
        return Stream.concat(
                        SETTINGS.entrySet().stream()
                                .filter(setting -> text.contains(setting.getValue()))
                                .map(Map.Entry::getKey),
                        SHAPES.entrySet().stream()
                                .filter(shape -> shape.getValue().matcher(text).find())
                                .map(Map.Entry::getKey))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), all -> Optional.of(all).filter(found -> !found.isEmpty())));
    }

    /** The same without what people may tell of themselves. */
    public static Optional<String> findOfTheHub(String text) {
        return find(OWN.matcher(text).replaceAll("…"));
    }

    /** An error is answered to whoever asked: what is his own may be in it. */
    static void lookAtError(int status, String body) {
        look("in an answer " + status, OWN.matcher(body).replaceAll("…"));
    }

    private static void look(String where, String text) {
        find(text).ifPresent(what -> {
            synchronized (FOUND) {
                FOUND.add(what + " " + where + ": " + shortened(text));
            }
        });
    }

    private static String shortened(String text) {
        Matcher one = Pattern.compile("\\s+").matcher(text);
        String line = one.replaceAll(" ");
        return line.length() <= 500 ? line : line.substring(0, 500) + " …";
    }

    /** What was found since the last time. */
    static List<String> found() {
        synchronized (FOUND) {
            List<String> found = List.copyOf(FOUND);
            FOUND.clear();
            return found;
        }
    }

    private static final class Reset implements LoggerContextListener {

        @Override
        public boolean isResetResistant() {
            return true;
        }

        @Override
        public void onReset(LoggerContext context) {
            attach(context);
        }

        @Override
        public void onStart(LoggerContext context) {}

        @Override
        public void onStop(LoggerContext context) {}

        @Override
        public void onLevelChange(Logger logger, Level level) {}
    }
}
