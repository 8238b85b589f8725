package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.Problem;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Plans as operators change them: new subscriptions get the new price, those at an old one keep their plan. */
class PlanTableIT extends HubIT {

    @Autowired
    private ChangedSettings settings;

    @Autowired
    private Plans plans;

    @Test
    void aPriceAPlanWasSoldAtGoesOnBelongingToIt() {
        String first = unique("price");
        String second = unique("price");
        settings.change("plan.growth.price", first, OPERATOR);
        settings.change("plan.growth.price", second, OPERATOR);
        settings.change("plan.growth.channels", "12", OPERATOR);
        try {
            assertThat(plans.offers())
                    .filteredOn(offer -> offer.name().equals("growth"))
                    .singleElement()
                    .satisfies(offer -> assertThat(offer.priceId()).isEqualTo(second));
            assertThat(plans.of(first, null)).satisfies(plan -> {
                assertThat(plan.name()).isEqualTo("growth");
                assertThat(plan.channels()).isEqualTo(12);
            });
            assertThat(plans.of(GROWTH, null).name()).as("that of the settings").isEqualTo("growth");
        } finally {
            settings.change("plan.growth.price", null, OPERATOR);
            settings.change("plan.growth.channels", null, OPERATOR);
        }
        assertThat(plans.of(second, null).channels()).isEqualTo(10);
        assertThat(plans.of(unique("price"), null).channels()).as("nobody's").isZero();
    }

    @Test
    void aPriceIsOfOnePlanOnly() {
        assertThatThrownBy(() -> settings.change("plan.growth.price", STARTER, OPERATOR))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("starter");
        assertThat(plans.of(STARTER, null).name()).isEqualTo("starter");
    }

    @Test
    void aPriceThatStripeNoLongerSellsIsRefused() {
        String price = unique("price");
        jdbc.sql("insert into billing.price (id, version, verified, active, object, state_at)"
                        + " values (:id, 1, true, false, '{}', now())")
                .param("id", price)
                .update();
        try {
            assertThatThrownBy(() -> settings.change("plan.growth.price", price, OPERATOR))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.status().value()).isEqualTo(422))
                    .hasMessageContaining("no longer sells");
        } finally {
            jdbc.sql("delete from billing.price where id = :id")
                    .param("id", price)
                    .update();
        }
    }

    @Test
    void aPriceEnteredForTheWrongPlanIsOfThePlanThatHadItLast() {
        String price = unique("price");
        settings.change("plan.growth.price", price, OPERATOR);
        settings.change("plan.growth.price", null, OPERATOR);
        try {
            settings.change("plan.scale.price", price, OPERATOR);
            settings.change("plan.scale.price", unique("price"), OPERATOR);
            assertThat(plans.of(price, null).name()).isEqualTo("scale");
        } finally {
            settings.change("plan.scale.price", null, OPERATOR);
        }
    }

    @Test
    void aFormerPriceThatIsStillPaidGoesToNoOtherPlan() {
        String price = unique("price");
        String subscription = unique("sub");
        settings.change("plan.growth.price", price, OPERATOR);
        settings.change("plan.growth.price", null, OPERATOR);
        jdbc.sql("insert into billing.subscription (id, version, verified, status, price, object, state_at)"
                        + " values (:id, 1, true, 'active', :price, '{}', now())")
                .param("id", subscription)
                .param("price", price)
                .update();
        try {
            assertThatThrownBy(() -> settings.change("plan.scale.price", price, OPERATOR))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("growth");
        } finally {
            jdbc.sql("delete from billing.subscription where id = :id")
                    .param("id", subscription)
                    .update();
        }
    }
}
