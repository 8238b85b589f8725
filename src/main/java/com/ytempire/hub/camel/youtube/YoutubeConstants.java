package com.ytempire.hub.camel.youtube;

import org.apache.camel.spi.Metadata;

/** Headers of the {@code google-youtube:} component. */
public final class YoutubeConstants {

    /** Followed by a parameter's name: its value for this call, instead of the one in the URI. */
    @Metadata(description = "Prefix of a method's parameters, as in CamelGoogleYoutube.videoId", javaType = "Object")
    public static final String PROPERTY_PREFIX = "CamelGoogleYoutube.";

    @Metadata(description = "The channel to act for, as the component's access knows it", javaType = "String")
    public static final String CHANNEL = "CamelGoogleYoutubeChannel";

    private YoutubeConstants() {}
}
