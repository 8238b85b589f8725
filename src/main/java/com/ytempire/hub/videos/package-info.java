/**
 * From a topic to a published video. {@code VideoRequests} takes an order, {@code VideoSteps} says which step is next, and
 * each step has its class: {@code VideoTexts}, {@code VideoSpeech}, {@code VideoThumbnail}, {@code VideoFilm}, {@code
 * VideoQuality}, {@code VideoUploads}. By the beginning of a name:
 *
 * <ul>
 *   <li>{@code Assembly…}, {@code Film…}, {@code Captions}, {@code Shots}, {@code SoundMaking}: the film, made by FFmpeg
 *   <li>{@code VideoFiles}, {@code VideoStorage}, {@code FilePlacing}, {@code LostFiles}: the files and where they are
 *   <li>{@code N8n…}: workflows that move a video
 *   <li>{@code VideoLive}, {@code VideoTickets}, {@code VideoNews}: who is told of it, and how
 * </ul>
 */
package com.ytempire.hub.videos;
