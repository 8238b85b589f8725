package com.ytempire.hub.spending;

/**
 * What a vendor answered when it was asked whether it is well.
 *
 * @param reason why it is not, as in the answers of chains; null when it is
 * @param detail for people, without secrets; null when it is well
 */
public record ProbeAnswer(boolean well, String reason, String detail) {

    /** @param failure null when the vendor is well */
    public static ProbeAnswer of(LinkFailure failure) {
        return failure == null
                ? new ProbeAnswer(true, null, null)
                : new ProbeAnswer(false, failure.reason(), failure.getMessage());
    }
}
