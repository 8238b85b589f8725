package com.ytempire.hub.videos;

import com.ytempire.hub.media.StockAddresses;
import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.PublicAddressesOnly;
import com.ytempire.hub.videos.AssemblyFailed.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Loads clips and photos from stock vendors. Where they lie is a vendor's word, and what they are as well: only addresses
 * of that vendor are asked, also after a redirect, and only what FFmpeg can show is kept.
 */
@Component
class ClipFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(ClipFetcher.class);

    private static final Set<FileKind> SHOWN =
            Set.of(FileKind.MP4, FileKind.MATROSKA, FileKind.JPEG, FileKind.PNG, FileKind.WEBP);

    private static final int BUFFER = 64 * 1024;

    private final StockAddresses addresses;
    private final Ffmpeg ffmpeg;
    private final AssemblySettings.Clips settings;

    ClipFetcher(StockAddresses addresses, Ffmpeg ffmpeg, AssemblySettings settings) {
        this.addresses = addresses;
        this.ffmpeg = ffmpeg;
        this.settings = settings.clips();
    }

    /** Why a clip cannot be used. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /**
     * Loads what is not there yet.
     *
     * @param folder where they are kept, made when it is missing; a file's name is the hash of its address
     * @return one for each, in the same order; one that cannot be had or used says why, and does not keep others
     * @throws AssemblyFailed when the disk is full, there is no FFmpeg to look at them, or the hub stops
     */
    List<FetchedClip> fetch(List<ClipSource> sources, Path folder) {
        List<FetchedClip> clips = new ArrayList<>();
        try (CloseableHttpClient http = client()) {
            for (ClipSource source : sources) {
                clips.add(fetch(source, folder, http));
            }
        } catch (IOException e) {
            throw Assembly.failed("clips cannot be loaded", e);
        }
        return clips;
    }

    /** Asks once, follows nothing by itself, keeps no cookies. */
    private CloseableHttpClient client() {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new PublicAddressesOnly(addresses.trustedHosts()))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                                .setSocketTimeout(Timeout.of(settings.readTimeout()))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(settings.readTimeout()))
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
    }

    private FetchedClip fetch(ClipSource source, Path folder, CloseableHttpClient http) throws IOException {
        String name = DigestUtils.sha256Hex(source.url());
        Optional<Path> there = there(folder, name);
        if (there.isPresent()) {
            return new FetchedClip(source, there.get(), null);
        }
        // what is half loaded lies in the node's own folder, which is cleared at each start
        try (FfmpegWork work = ffmpeg.begin(settings.limit(), Long.MAX_VALUE)) {
            Path loaded = load(source, http, work.file("clip"));
            FileKind kind = FileKind.of(loaded)
                    .filter(SHOWN::contains)
                    .orElseThrow(() -> new Refused("what came is neither a film nor a picture"));
            FilmFacts facts = FilmProbe.look(work, loaded, kind);
            if (facts.width() == 0 || !kind.isPhoto() && facts.seconds().signum() == 0) {
                throw new Refused("there is nothing to be seen in it");
            }
            Path kept = folder.resolve(name + "." + kind.ending());
            FilePlacing.place(loaded, kept);
            return new FetchedClip(source, kept, null);
        } catch (Refused e) {
            return refused(source, e.getMessage());
        } catch (FfmpegFailed e) {
            if (e.kind() != FfmpegFailed.Kind.FAILED) {
                throw Assembly.failed(e);
            }
            return refused(source, "FFmpeg cannot show it: " + e.getMessage());
        }
    }

    private static FetchedClip refused(ClipSource source, String reason) {
        LOG.info("{} is not used: {}", source.id(), reason);
        return new FetchedClip(source, null, reason);
    }

    private static Optional<Path> there(Path folder, String name) {
        return Stream.of(FileKind.values())
                .filter(SHOWN::contains)
                .map(kind -> folder.resolve(name + "." + kind.ending()))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Path load(ClipSource source, CloseableHttpClient http, Path target) throws Refused {
        long deadline = System.nanoTime() + settings.limit().toNanos();
        String url = source.url();
        for (int redirects = 0; redirects <= settings.redirects(); redirects++) {
            if (!addresses.mayLoad(source.provider(), url)) {
                throw new Refused("its address is none of " + source.provider() + "'s");
            }
            String next = load(url, http, target, deadline);
            if (next == null) {
                return target;
            }
            url = next;
        }
        throw new Refused("it is redirected too often");
    }

    /** @return where it is instead; null when it is loaded */
    private String load(String url, CloseableHttpClient http, Path target, long deadline) throws Refused {
        try (ClassicHttpResponse answer = http.executeOpen(null, new HttpGet(url), null)) {
            Header location = answer.getFirstHeader(HttpHeaders.LOCATION);
            if (answer.getCode() / 100 == 3 && location != null) {
                return URI.create(url).resolve(location.getValue()).toString();
            }
            if (answer.getCode() != 200 || answer.getEntity() == null) {
                throw new Refused("its vendor answers " + answer.getCode());
            }
            if (answer.getEntity().getContentLength() > settings.largest().toBytes()) {
                throw new Refused("it is too large");
            }
            try (InputStream in = answer.getEntity().getContent();
                    OutputStream out = Files.newOutputStream(target)) {
                copy(in, out, deadline);
            }
            return null;
        } catch (IOException e) {
            if (FfmpegFailed.tellsOfNoRoom(e.getMessage())) {
                throw new AssemblyFailed(Kind.DISK_FULL, "no room is left on the disk", e);
            }
            throw new Refused("it cannot be loaded: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw new Refused("it is redirected to what is no address");
        }
    }

    private void copy(InputStream in, OutputStream out, long deadline) throws IOException, Refused {
        byte[] buffer = new byte[BUFFER];
        long all = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            all += read;
            if (all > settings.largest().toBytes()) {
                throw new Refused("it is too large");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new Refused("it was not there within "
                        + TimeUnit.MILLISECONDS.toSeconds(settings.limit().toMillis()) + " s");
            }
            out.write(buffer, 0, read);
        }
    }
}
