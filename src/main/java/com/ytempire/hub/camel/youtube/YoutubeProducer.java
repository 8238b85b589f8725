package com.ytempire.hub.camel.youtube;

import static com.ytempire.hub.camel.youtube.YoutubeMethod.BYTES;

import com.google.api.client.googleapis.services.json.AbstractGoogleJsonClientRequest;
import com.google.api.services.youtube.YouTube;
import com.google.api.services.youtube.model.Video;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Turns a message into one request and its answer into the model object. */
class YoutubeProducer extends DefaultProducer {

    /** What a request is answered with, or the library's exception. */
    @FunctionalInterface
    private interface Work {
        Object answer() throws IOException;
    }

    private static final Set<Kind> TECHNICAL = Set.of(Kind.UNAVAILABLE, Kind.RATE_LIMITED, Kind.AUTHENTICATION);

    YoutubeProducer(YoutubeEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public YoutubeEndpoint getEndpoint() {
        return (YoutubeEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        YoutubeMethod method = getEndpoint().getYoutubeMethod();
        YoutubeArguments arguments = new YoutubeArguments(
                method, getEndpoint().getArguments(), getEndpoint().getInBody(), exchange.getIn());
        String channel = arguments.channel();
        Work work = work(method, arguments);
        try {
            exchange.getMessage().setBody(send(method.toString(), work));
        } catch (YoutubeFailure e) {
            if (e.status() == 401) {
                clients().refused(channel);
            }
            throw e;
        }
    }

    private Object send(String call, Work work) {
        long begun = System.nanoTime();
        try {
            Object answer = work.answer();
            told(begun, false);
            return answer;
        } catch (IOException e) {
            YoutubeFailure failure = YoutubeFailures.of("youtube " + call, e);
            told(begun, TECHNICAL.contains(failure.kind()));
            throw failure;
        }
    }

    private void told(long begun, boolean failed) {
        YoutubeMeter meter = getEndpoint().getComponent(YoutubeComponent.class).getMeter();
        if (meter != null) {
            meter.called(Duration.ofNanos(System.nanoTime() - begun), failed);
        }
    }

    private YoutubeClients clients() {
        return getEndpoint().getComponent(YoutubeComponent.class).clients();
    }

    /** What is wrong with the arguments comes out here, before anything is sent. */
    private Work work(YoutubeMethod method, YoutubeArguments arguments) throws IOException {
        ResumableUpload upload =
                getEndpoint().getComponent(YoutubeComponent.class).upload();
        String call = "youtube " + method;
        return switch (method) {
            case UPLOAD_START -> {
                long bytes = arguments.required(BYTES, Long.class);
                yield () -> upload.start(call, arguments, bytes);
            }
            case UPLOAD_STATUS -> () -> upload.status(call, arguments);
            case UPLOAD_CHUNK -> () -> upload.chunk(call, arguments);
            case UPLOAD_CANCEL ->
                () -> {
                    upload.cancel(arguments);
                    return null;
                };
            case VIDEOS_INSERT -> () -> upload.all(call, arguments);
            case THUMBNAILS_SET, CAPTIONS_INSERT -> {
                DirectUpload direct = DirectUpload.of(method, arguments, clients());
                yield () -> direct.send(call);
            }
            default -> {
                AbstractGoogleJsonClientRequest<?> request = request(method, arguments);
                yield () -> execute(call, request);
            }
        };
    }

    private static Object execute(String call, AbstractGoogleJsonClientRequest<?> request) throws IOException {
        try {
            return request.execute();
        } catch (IllegalArgumentException e) {
            throw new YoutubeFailure(call, Reason.UNREADABLE); // an answer that does not fit the model
        }
    }

    private AbstractGoogleJsonClientRequest<?> request(YoutubeMethod method, YoutubeArguments arguments)
            throws IOException {
        YoutubeClients.ChannelClient client = clients().of(arguments.channel());
        AbstractGoogleJsonClientRequest<?> request = method == YoutubeMethod.REPORTS_QUERY
                ? client.analytics().reports().query()
                : request(method, arguments, client.youtube());
        request.setDisableGZipContent(true); // so that the length is known
        for (String name : method.query().keySet()) {
            Object value = arguments.value(name);
            if (value != null) {
                request.set(name, value);
            }
        }
        return request;
    }

    private static AbstractGoogleJsonClientRequest<?> request(
            YoutubeMethod method, YoutubeArguments arguments, YouTube youtube) throws IOException {
        return switch (method) {
            case CHANNELS_LIST -> youtube.channels().list(arguments.part());
            case VIDEOS_LIST -> youtube.videos().list(arguments.part());
            case VIDEOS_UPDATE -> youtube.videos().update(arguments.part(), arguments.content(Video.class));
            case VIDEOS_DELETE -> youtube.videos().delete(arguments.required("id", String.class));
            case PLAYLIST_ITEMS_LIST -> youtube.playlistItems().list(arguments.part());
            case SEARCH_LIST -> youtube.search().list(arguments.part());
            default -> throw new IllegalStateException(method + " is no request of the library");
        };
    }
}
