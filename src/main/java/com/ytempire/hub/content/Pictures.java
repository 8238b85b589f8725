package com.ytempire.hub.content;

import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes thumbnails of pictures: the right size, as JPEG and as WebP. */
@Component
class Pictures {

    static final int WIDTH = 1280;
    static final int HEIGHT = 720;

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
    private static final Set<String> READ = Set.of("png", "jpeg");

    private final Ffmpeg ffmpeg;
    private final ContentSettings.Thumbnails settings;

    Pictures(Ffmpeg ffmpeg, ContentSettings settings) {
        this.ffmpeg = ffmpeg;
        this.settings = settings.thumbnails();
    }

    /** @param webp null when it could not be made */
    record Encoded(byte[] jpeg, byte[] webp) {}

    /**
     * A vendor's picture as a thumbnail.
     *
     * @throws LinkFailure when it is none, or larger than any picture that was asked for
     */
    Encoded thumbnail(byte[] bytes) {
        return encode(fill(decode(bytes)));
    }

    /** Looks at the size that is claimed before anything is decoded: a few bytes can claim gigabytes. */
    private BufferedImage decode(byte[] bytes) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            while (readers.hasNext()) {
                ImageReader reader = readers.next();
                try {
                    if (READ.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                        return decode(reader, in);
                    }
                } finally {
                    reader.dispose();
                }
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the picture cannot be read", null);
        }
        throw new LinkFailure(Kind.UNAVAILABLE, "the answer is no picture", null);
    }

    private BufferedImage decode(ImageReader reader, ImageInputStream in) throws IOException {
        reader.setInput(in, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width < settings.smallestSide() || height < settings.smallestSide()) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the picture is too small", null);
        }
        if (width * height > settings.mostPixels()) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the picture is too large", null);
        }
        return reader.read(0);
    }

    /** Covers the whole thumbnail; what is too much is cut off on both sides alike. */
    private static BufferedImage fill(BufferedImage picture) {
        BufferedImage thumbnail = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        double scale = Math.max((double) WIDTH / picture.getWidth(), (double) HEIGHT / picture.getHeight());
        int width = (int) Math.ceil(picture.getWidth() * scale);
        int height = (int) Math.ceil(picture.getHeight() * scale);
        Graphics2D g = thumbnail.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height, null);
        g.dispose();
        return thumbnail;
    }

    /** A thumbnail without WebP is one all the same. */
    Encoded encode(BufferedImage thumbnail) {
        byte[] webp = null;
        try {
            webp = ffmpeg.run(
                    lossless(thumbnail),
                    List.of(
                            "-f",
                            "bmp_pipe",
                            "-i",
                            "pipe:0",
                            "-frames:v",
                            "1",
                            "-c:v",
                            "libwebp",
                            "-quality",
                            String.valueOf(settings.webpQuality()),
                            "-f",
                            "image2pipe",
                            "pipe:1"),
                    settings.webpLimit());
        } catch (FfmpegFailed e) {
            LOG.warn("a thumbnail has no WebP: {}", e.getMessage());
        }
        return new Encoded(jpeg(thumbnail), webp);
    }

    private static byte[] lossless(BufferedImage picture) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(3 * WIDTH * HEIGHT + 1024);
        try (MemoryCacheImageOutputStream bytes = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(picture, "bmp", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private byte[] jpeg(BufferedImage picture) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream bytes = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(settings.jpegQuality().floatValue());
            writer.setOutput(bytes);
            writer.write(null, new IIOImage(picture, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
