package com.ytempire.hub.camel.youtube;

import static com.ytempire.hub.camel.youtube.YoutubeMethod.FILE;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.MIME_TYPE;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.AbstractInputStreamContent;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.FileContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpMethods;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.MultipartContent;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.youtube.model.Caption;
import com.google.api.services.youtube.model.ThumbnailSetResponse;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A small upload in one request. Made here and not by the library, which leaves out the path of the root address when it
 * uploads.
 */
record DirectUpload(YoutubeClients clients, String channel, GenericUrl url, HttpContent content, Class<?> answer) {

    static DirectUpload of(YoutubeMethod method, YoutubeArguments arguments, YoutubeClients clients) {
        boolean thumbnail = method == YoutubeMethod.THUMBNAILS_SET;
        GenericUrl url =
                new GenericUrl(clients.base() + "upload/youtube/v3/" + (thumbnail ? "thumbnails/set" : "captions"));
        for (String name : method.query().keySet()) {
            Object value = arguments.value(name);
            if (value != null) {
                url.set(name, value);
            }
        }
        url.set("uploadType", thumbnail ? "media" : "multipart");
        if (thumbnail) {
            url.set("videoId", arguments.required("videoId", String.class));
            return new DirectUpload(
                    clients, arguments.channel(), url, media(arguments, "image/jpeg"), ThumbnailSetResponse.class);
        }
        url.set("part", arguments.part());
        HttpContent metadata = new JsonHttpContent(GsonFactory.getDefaultInstance(), arguments.content(Caption.class));
        MultipartContent both = new MultipartContent().setContentParts(List.of(metadata, media(arguments, "text/vtt")));
        return new DirectUpload(clients, arguments.channel(), url, both, Caption.class);
    }

    private static AbstractInputStreamContent media(YoutubeArguments arguments, String usual) {
        Object file = arguments.required(FILE, Object.class);
        String type = arguments.optional(MIME_TYPE, String.class, usual);
        if (file instanceof File || file instanceof Path || file instanceof CharSequence) {
            File found = file instanceof File one ? one : new File(file.toString());
            if (!found.isFile()) {
                throw new IllegalArgumentException("The file to upload is missing");
            }
            return new FileContent(type, found);
        }
        return new ByteArrayContent(type, arguments.bytes(file));
    }

    Object send(String call) throws IOException {
        HttpResponse response = clients.send(channel, HttpMethods.POST, url, content, request -> {});
        if (!response.isSuccessStatusCode()) {
            throw GoogleJsonResponseException.from(GsonFactory.getDefaultInstance(), response);
        }
        try {
            return response.parseAs(answer);
        } catch (IllegalArgumentException e) {
            throw new YoutubeFailure(call, Reason.UNREADABLE); // an answer that does not fit the model
        }
    }
}
