package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpResponse;

/** What tests of licences have in common: an asset that costs money, asking for it, and what was sold and paid. */
abstract class LicenceHubIT extends MediaHubIT {

    static final String VENDOR_PATH = "/shutterstock/v2/videos/licenses";

    /** An asset that costs money, as a search found it. */
    JsonNode paidAsset(String type) {
        String query = unique("asset");
        SANDBOX.pexels().stock(query, 0);
        SANDBOX.pixabay().stock(query, 0);
        return search(type, query, "&high_value=true&count=1").path("items").path(0);
    }

    String paidClip() {
        return paidAsset("videos").path("id").asText();
    }

    static String vendorId(String asset) {
        return asset.replaceAll(".*_", "");
    }

    static int sold(String asset) {
        return SANDBOX.shutterstock().licences(vendorId(asset)).size();
    }

    HttpResponse<String> ask(String asset, String video) {
        return operatorPost(
                "/api/v1/media/licences", "{\"asset_id\": \"" + asset + "\", \"video\": \"" + video + "\"}");
    }

    BigDecimal ledger(String video) {
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }
}
