/**
 * Text, speech and pictures for videos, each by a chain of providers whose last link always answers. By the beginning of
 * a name:
 *
 * <ul>
 *   <li>{@code Text…}, {@code Speech…}, {@code Thumbnail…}: a capability each, from its controller over its chain (the
 *       decisions; the order of its links stands in its route) to its store
 *   <li>{@code Chains}, {@code ChainRun}, {@code PassedOver}: what all chains have in common
 *   <li>{@code OpenAi…}, {@code Google…}, {@code ElevenLabs…}, {@code Stability…}: what vendors are asked, and what their
 *       answers mean
 *   <li>{@code Allowances}, {@code VendorSlots}, {@code ContentPrices}: what vendors allow, and what they cost
 *   <li>{@code LinkProbes}, {@code LinkTrials}, {@code Model…}: whether vendors are well, and their models still there
 *   <li>{@code Narration…}, {@code Thumbnails}, {@code UnfinishedWork}: what videos take of it
 * </ul>
 */
package com.ytempire.hub.content;
