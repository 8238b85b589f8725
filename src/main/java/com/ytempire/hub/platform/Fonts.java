package com.ytempire.hub.platform;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fonts thumbnails and captions are written in: those of the hub, and for scripts they lack, such as Chinese, those
 * of the machine. They are read as files; a machine without any font and without a font configuration will do.
 */
public final class Fonts {

    private static final Logger LOG = LoggerFactory.getLogger(Fonts.class);
    private static final String FOLDER = "/fonts/";
    private static final List<String> OWN =
            List.of("Rubik-ExtraBold.ttf", "NotoSans-ExtraBold.ttf", "NotoEmoji-Bold.ttf");
    private static final int MOST_OF_MACHINE = 400;
    private static final int DEPTH = 8;

    static {
        withoutConfiguration();
    }

    private final List<Path> folders;
    private final Map<String, Optional<Typeface>> found = new ConcurrentHashMap<>();
    private List<Typeface> own;
    private List<Typeface> ofMachine;

    /**
     * A font and the file it comes from.
     *
     * @param file of the machine; null for one of the hub's
     * @param resource of the hub's jar; null for one of the machine
     */
    public record Typeface(Font font, Path file, String resource) {

        /** Its full name, by which programs find it. */
        public String name() {
            return font.getFontName(Locale.ENGLISH);
        }

        /** The whole file. */
        public byte[] bytes() {
            try (InputStream in = resource == null
                    ? Files.newInputStream(file)
                    : Fonts.class.getResourceAsStream(FOLDER + resource)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @param folders of the machine that are searched */
    public Fonts(List<Path> folders) {
        this.folders = folders;
    }

    /**
     * On Linux Java asks the machine's fontconfig for its fonts, and fails where there is none even when only files of our
     * own are read. A configuration that names no font keeps it from asking; it counts before the first font is made.
     */
    private static void withoutConfiguration() {
        String property = "sun.awt.fontconfig";
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
        if (!linux || System.getProperty(property) != null) {
            return;
        }
        try {
            Path file = Files.createTempFile("hub-fonts", ".properties");
            file.toFile().deleteOnExit();
            Files.writeString(file, "version=1\nsequence.allfonts=default\n");
            System.setProperty(property, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Java that lacks FreeType cannot write at all; pictures are drawn without words then. */
    private synchronized List<Typeface> own() {
        if (own == null) {
            try {
                own = OWN.stream().map(Fonts::own).toList();
            } catch (LinkageError | InternalError e) {
                LOG.error(
                        "thumbnails and captions are left without words, for this Java has no FreeType: {}",
                        e.getMessage());
                own = List.of();
            }
        }
        return own;
    }

    private static Typeface own(String name) {
        try (InputStream in = Fonts.class.getResourceAsStream(FOLDER + name)) {
            return new Typeface(Font.createFont(Font.TRUETYPE_FONT, in), null, name);
        } catch (IOException | FontFormatException e) {
            throw new IllegalStateException("a font of the jar cannot be read: " + name, e);
        }
    }

    /** A font that has all of this, or none: then it would be written as empty boxes. */
    public Optional<Typeface> of(String cluster) {
        return found.size() > 100_000 ? search(cluster) : found.computeIfAbsent(cluster, this::search);
    }

    private Optional<Typeface> search(String cluster) {
        Optional<Typeface> font =
                own().stream().filter(each -> has(each, cluster)).findFirst();
        return font.isPresent() || own().isEmpty()
                ? font
                : ofMachine().stream().filter(each -> has(each, cluster)).findFirst();
    }

    private static boolean has(Typeface typeface, String cluster) {
        return typeface.font().canDisplayUpTo(cluster) == -1;
    }

    /** Bold ones first; read when the first title needs them. */
    private synchronized List<Typeface> ofMachine() {
        if (ofMachine == null) {
            ofMachine = folders.stream()
                    .flatMap(Fonts::files)
                    .sorted(Comparator.comparing((Path file) -> !isBold(file)).thenComparing(Path::toString))
                    .limit(MOST_OF_MACHINE)
                    .flatMap(file -> read(file).stream())
                    .toList();
            LOG.info("{} fonts of the machine stand by", ofMachine.size());
        }
        return ofMachine;
    }

    private static boolean isBold(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.contains("bold") || name.contains("black");
    }

    private static Stream<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.find(
                folder,
                DEPTH,
                (file, about) -> about.isRegularFile()
                        && file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(ttf|otf|ttc)"))) {
            return files.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the fonts in {} cannot be read: {}", folder, e.getMessage());
            return Stream.empty();
        }
    }

    /** A collection's first font, for the others are the same for another country; a thin one is drawn bold. */
    private static List<Typeface> read(Path file) {
        try {
            Font font = Font.createFonts(file.toFile())[0];
            return List.of(new Typeface(isBold(file) ? font : font.deriveFont(Font.BOLD), file, null));
        } catch (IOException | FontFormatException | RuntimeException e) {
            return List.of(); // not one Java can draw with
        }
    }
}
