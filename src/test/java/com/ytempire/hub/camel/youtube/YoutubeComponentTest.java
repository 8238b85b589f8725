package com.ytempire.hub.camel.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoSnippet;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.ReadLimits;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an URI and a message of ours mean, in the style of Camel's components for Google's APIs. */
class YoutubeComponentTest {

    private final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.addComponent("google-youtube", new YoutubeComponent());
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void describesItselfAsCamelsOwnForGoogleDo() throws Exception {
        UriEndpoint ours = YoutubeEndpoint.class.getAnnotation(UriEndpoint.class);
        JsonNode drive;
        try (InputStream json = DefaultCamelCatalog.class.getResourceAsStream("components/google-drive.json")) {
            drive = new ObjectMapper().readTree(json).get("component");
        }
        assertThat(ours.syntax()).isEqualTo(drive.get("syntax").asText().replace("drive", "youtube"));
        assertThat(ours.apiSyntax()).isEqualTo(drive.get("apiSyntax").asText());
        assertThat(ours.producerOnly()).isTrue();
        assertThatThrownBy(() -> camel.getEndpoint("google-youtube:videos/list").createConsumer(exchange -> {}))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyMethodIsAnEndpoint() throws Exception {
        for (YoutubeMethod method : YoutubeMethod.values()) {
            YoutubeEndpoint endpoint = camel.getEndpoint("google-youtube:" + method, YoutubeEndpoint.class);
            assertThat(endpoint.getYoutubeMethod()).isSameAs(method);
            assertThat(endpoint.getApiName() + "/" + endpoint.getMethodName()).isEqualTo(method.toString());
            assertThat(endpoint.createProducer()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "videos",
                "videos/rate",
                "videos/list?colour=red",
                "videos/list?accessToken=x",
                "videos/list?key=x",
                "videos/list?uploadType=media",
                "videos/list?inBody=colour",
                "upload/status?offset=1"
            })
    void whatIsUnknownStopsTheStart(String uri) {
        assertThatThrownBy(() -> camel.getEndpoint("google-youtube:" + uri))
                .isInstanceOf(ResolveEndpointFailedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -262144, 50_000_000})
    void chunkSizeYoutubeDoesNotTakeStopsTheStart(int size) {
        YoutubeComponent component = new YoutubeComponent();
        component.setChunkSize(size);
        component.setCamelContext(camel);
        assertThatThrownBy(component::init).hasStackTraceContaining("262144");
    }

    @Test
    void usualChunkIsFiftyMebibytes() {
        assertThat(YoutubeComponent.CHUNK_SIZE).isEqualTo(52_428_800);
        assertThat(YoutubeComponent.CHUNK_SIZE % ResumableUpload.GRAIN).isZero();
    }

    @Test
    void optionsAndHeadersBecomeArgumentsOfTheirTypesAndTheHeaderWins() {
        YoutubeArguments arguments = arguments(
                YoutubeMethod.VIDEOS_LIST,
                Map.of("part", " id, snippet", "maxResults", "7", "hl", "en"),
                null,
                null,
                Map.of("hl", "de", "id", List.of("a", "b")));

        assertThat(arguments.part()).containsExactly("id", "snippet");
        assertThat(arguments.value("maxResults")).isEqualTo(7L);
        assertThat(arguments.value("hl")).isEqualTo("de");
        assertThat(arguments.value("id")).isEqualTo(List.of("a", "b"));
        assertThat(arguments.value("chart")).isNull();
        assertThatThrownBy(
                        () -> arguments(YoutubeMethod.VIDEOS_LIST, Map.of("maxResults", "seven"), null, null, Map.of())
                                .value("maxResults"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxResults")
                .hasMessageNotContaining("seven");
        assertThatThrownBy(() -> arguments(YoutubeMethod.VIDEOS_LIST, Map.of(), null, null, Map.of())
                        .part())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part");
    }

    @Test
    void bodyIsTheResourceUnlessTheEndpointNamesAnotherParameter() {
        Video video = new Video().setSnippet(new VideoSnippet().setTitle("t"));
        Map<String, Object> map = Map.of("snippet", Map.of("title", "t"));
        for (Object body :
                List.of(video, map, "{\"snippet\":{\"title\":\"t\"}}", "{\"snippet\":{\"title\":\"t\"}}".getBytes())) {
            assertThat(arguments(YoutubeMethod.VIDEOS_UPDATE, Map.of(), null, body, Map.of())
                            .content(Video.class)
                            .getSnippet()
                            .getTitle())
                    .isEqualTo("t");
        }
        assertThat(arguments(YoutubeMethod.VIDEOS_DELETE, Map.of(), "id", "abc", Map.of())
                        .value("id"))
                .isEqualTo("abc");
        assertThat(arguments(YoutubeMethod.VIDEOS_LIST, Map.of(), null, "of the step before", Map.of())
                        .value("id"))
                .isNull();
    }

    @Test
    void bodyThatIsNoResourceIsRefusedWithoutBeingRepeated() {
        for (Object body : List.of("secret", "[1]", 5, Map.of("snippet", "secret"), Map.of("x", new Object()))) {
            assertThatThrownBy(() -> arguments(YoutubeMethod.VIDEOS_UPDATE, Map.of(), null, body, Map.of())
                            .content(Video.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void sessionsAndFilesComeInSeveralForms() {
        URI uri = URI.create("http://localhost/upload?upload_id=1");
        for (Object session : List.of(uri, uri.toString(), new YoutubeSession(uri))) {
            assertThat(arguments(YoutubeMethod.UPLOAD_STATUS, Map.of(), null, null, Map.of("session", session))
                            .required("session", YoutubeSession.class)
                            .uri())
                    .isEqualTo(uri);
        }
        assertThatThrownBy(() -> arguments(
                                YoutubeMethod.UPLOAD_STATUS, Map.of(), null, null, Map.of("session", "not: an address"))
                        .value("session"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("not:")
                .hasNoCause();
        for (Object file : List.of("a/b.mp4", new File("a/b.mp4"), Path.of("a/b.mp4"))) {
            assertThat(arguments(YoutubeMethod.UPLOAD_CHUNK, Map.of(), null, null, Map.of("file", file))
                            .value("file"))
                    .isEqualTo(Path.of("a/b.mp4"));
        }
    }

    @Test
    void channelIsNeeded() {
        assertThatThrownBy(() -> arguments(YoutubeMethod.VIDEOS_LIST, Map.of(), null, null, Map.of())
                        .channel())
                .hasMessageContaining(YoutubeConstants.CHANNEL);
    }

    @Test
    void modelsBecomeJson() {
        assertThat(camel.getTypeConverter()
                        .convertTo(String.class, new Video().setId("v").setSnippet(new VideoSnippet().setTitle("t"))))
                .isEqualTo("{\"id\":\"v\",\"snippet\":{\"title\":\"t\"}}");
    }

    @Test
    void secretsAreNotShown() {
        URI secret = URI.create("http://localhost/upload?upload_id=topsecret");
        assertThat(new YoutubeSession(secret).toString()).doesNotContain("topsecret");
        assertThat(new YoutubeTokens("topsecret", "topsecret", Duration.ofHours(1), Set.of()).toString())
                .doesNotContain("topsecret");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, https://google/",
                "' ', https://google/",
                "http://localhost:1/a, http://localhost:1/a/",
                "http://localhost:1/a//, http://localhost:1/a/"
            })
    void rootAddressEndsWithASlash(String base, String root) {
        assertThat(YoutubeClients.root(base, "https://google/")).isEqualTo(root);
        assertThatThrownBy(() -> YoutubeClients.root("ftp://localhost", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> YoutubeClients.root("localhost", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partOfAFileIsSentAsItIs(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("f"), "0123456789".getBytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new FilePart(file, 3, 4).writeTo(out);
        assertThat(out).hasToString("3456");
        assertThatThrownBy(() -> new FilePart(file, 8, 3).writeTo(out)).hasMessageContaining("shorter");
    }

    @Test
    void routesFindTheComponentUnderItsScheme() {
        new ApplicationContextRunner()
                .withUserConfiguration(YoutubeBeans.class)
                .withBean(Measures.class, () -> mock(Measures.class))
                .withBean(ReadLimits.class, () -> ReadLimits.USUAL)
                .run(context -> {
                    assertThat(context).hasBean("google-youtube").hasNotFailed();
                    YoutubeComponent component = context.getBean("google-youtube", YoutubeComponent.class);
                    assertThat(component.getChunkSize()).isEqualTo(YoutubeComponent.CHUNK_SIZE);
                    assertThat(component.getReadTimeout()).isEqualTo(YoutubeComponent.READ_TIMEOUT);
                    assertThat(component.getConnectTimeout()).isEqualTo(YoutubeComponent.CONNECT_TIMEOUT);
                    assertThat(component.getChunkTimeout()).isEqualTo(YoutubeComponent.CHUNK_TIMEOUT);
                    assertThat(component.getRootUrl()).isEqualTo("https://youtube.googleapis.com");
                    assertThat(component.getAnalyticsRootUrl()).isEqualTo("https://youtubeanalytics.googleapis.com");
                    assertThatThrownBy(() -> component.getAccess().accessToken("x"))
                            .isInstanceOf(YoutubeFailure.class)
                            .hasMessageContaining("noToken");
                    component.getAccess().refused("x");
                });
    }

    private YoutubeArguments arguments(
            YoutubeMethod method,
            Map<String, Object> options,
            String inBody,
            Object body,
            Map<String, Object> headers) {
        DefaultExchange exchange = new DefaultExchange(camel);
        exchange.getIn().setBody(body);
        headers.forEach((name, value) -> exchange.getIn().setHeader(YoutubeConstants.PROPERTY_PREFIX + name, value));
        return new YoutubeArguments(method, options, inBody, exchange.getIn());
    }
}
