package com.ytempire.hub.youtube;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * A channel as the API shows it.
 *
 * @param owner the user; null: the fleet's
 * @param reason why it is in its state
 * @param mustConsentAgain its owner has to connect it again
 * @param score 0 to 100: how good it is for the next upload
 * @param health the part of its last calls that succeeded, 0 to 1
 * @param hasRoom whether today's quota has room for a whole video
 * @param uploadsLeft of those of the last 24 hours
 * @param outUntil YouTube takes no upload before; null: it does
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ChannelView(
        UUID id,
        UUID owner,
        String project,
        String youtubeId,
        String title,
        String state,
        String reason,
        Instant stateSince,
        boolean mustConsentAgain,
        boolean reserve,
        BigDecimal score,
        Parts scoreParts,
        BigDecimal health,
        boolean hasRoom,
        int uploadsPerDay,
        int uploadsLeft,
        Instant outUntil,
        Instant lastUploadAt,
        Instant checkedAt,
        Instant createdAt) {

    /** Each 0 to 1: quota left, uploads left, calls without errors, rest. */
    record Parts(BigDecimal quota, BigDecimal uploads, BigDecimal errors, BigDecimal rest) {}
}
