package com.ytempire.hub.accounts;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody who has registered.
 *
 * @param emailVerifiedAt null until the address is proven
 * @param closedAt null while the account is open; a closed one has no personal data left
 */
public record Account(
        UUID id,
        String email,
        Instant emailVerifiedAt,
        String name,
        String phone,
        String role,
        Instant createdAt,
        Instant closedAt) {}
