package com.ytempire.hub.media;

import com.ytempire.hub.spending.PriceSource;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** What an asset costs today: as set, unless an operator has set another price since. */
@Component
@Order(20)
class LicencePrices implements PriceSource {

    private static final String NAME = "licences-shutterstock";

    private final MediaSettings settings;
    private final Prices prices;

    LicencePrices(MediaSettings settings, Prices prices) {
        this.settings = settings;
        this.prices = prices;
    }

    /** US dollars. */
    BigDecimal asset() {
        return prices.now(NAME, usual()).orElseThrow();
    }

    private List<From> usual() {
        return List.of(new From(LocalDate.EPOCH, settings.licences().price()));
    }

    @Override
    public List<Price> prices() {
        return List.of(new Price(NAME, "Stock, Shutterstock", "an asset", usual()));
    }
}
