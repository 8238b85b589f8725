package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A bean that bears its class's name is found under it; whatever else Spring goes by still decides first. */
class NamedByTypeTest {

    interface Lamp {}

    static class Torch implements Lamp {}

    static class Bulb implements Lamp {}

    record Room(Torch anyName) {}

    record Hall(Lamp light) {}

    record Cellar(@Qualifier("spare") Torch anyName) {}

    record Attic(ObjectProvider<Torch> any) {}

    private final GenericApplicationContext beans = new AnnotationConfigApplicationContext();

    NamedByTypeTest() {
        new NamedByType().initialize(beans);
    }

    @AfterEach
    void close() {
        beans.close();
    }

    @Test
    void findsTheBeanNamedAsItsClassAmongSeveral() {
        Torch named = new Torch();
        beans.registerBean("spare", Torch.class, Torch::new);
        beans.registerBean("torch", Torch.class, () -> named);
        beans.registerBean(Room.class);
        beans.registerBean(Attic.class);
        beans.refresh();

        assertThat(beans.getBean(Room.class).anyName()).isSameAs(named);
        assertThat(beans.getBean(Attic.class).any().getObject()).isSameAs(named);
    }

    @Test
    void looksByTypeWhenThatNameIsNobodysOrAnothersThing() {
        Torch torch = new Torch();
        beans.registerBean("myTorch", Torch.class, () -> torch);
        beans.registerBean("lamp", String.class, () -> "no lamp at all");
        beans.registerBean(Room.class);
        beans.registerBean(Hall.class);
        beans.refresh();

        assertThat(beans.getBean(Room.class).anyName()).isSameAs(torch);
        assertThat(beans.getBean(Hall.class).light()).isSameAs(torch);
    }

    @Test
    void aQualifierAndAPrimaryBeanGoBeforeTheName() {
        Torch spare = new Torch();
        Bulb primary = new Bulb();
        beans.registerBean("torch", Torch.class, Torch::new);
        beans.registerBean("spare", Torch.class, () -> spare);
        beans.registerBean("lamp", Lamp.class, Torch::new);
        beans.registerBean("bulb", Bulb.class, () -> primary, definition -> definition.setPrimary(true));
        beans.registerBean(Cellar.class);
        beans.registerBean(Hall.class);
        beans.refresh();

        assertThat(beans.getBean(Cellar.class).anyName()).isSameAs(spare);
        assertThat(beans.getBean(Hall.class).light()).isSameAs(primary);
    }
}
