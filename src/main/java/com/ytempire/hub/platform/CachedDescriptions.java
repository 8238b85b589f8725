package com.ytempire.hub.platform;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;
import org.apache.camel.CamelContext;
import org.apache.camel.NonManagedService;
import org.apache.camel.api.management.ManagedInstance;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.api.management.NotificationSenderAware;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;

/**
 * Makes Camel's MBeans as Camel does, but reads what a class offers once. Camel reads its annotations anew for each
 * route, consumer and endpoint, a thousand times of a dozen classes: a twentieth of a start. What is the same here as in
 * {@link DefaultManagementMBeanAssembler} of Camel 4.18 is to be compared again with each newer one.
 */
class CachedDescriptions extends DefaultManagementMBeanAssembler implements NonManagedService {

    private final Map<Class<?>, ModelMBeanInfo> offers = new ConcurrentHashMap<>();

    private CachedDescriptions(CamelContext camel) {
        super(camel);
    }

    /** @param camel not yet started */
    static void use(CamelContext camel) {
        camel.getCamelContextExtension().setManagementMBeanAssembler(new CachedDescriptions(camel));
    }

    @Override
    public ModelMBean assemble(MBeanServer server, Object managed, ObjectName name) throws JMException {
        if (differsFromItsClass(managed)) {
            return super.assemble(server, managed, name);
        }
        ModelMBeanInfo offer = offers.get(managed.getClass());
        if (offer != null) {
            return mbean(offer, managed);
        }
        ModelMBean first = super.assemble(server, managed, name);
        if (first != null) {
            offers.put(managed.getClass(), (ModelMBeanInfo) first.getMBeanInfo());
        }
        return first;
    }

    /** What it manages may offer operations of its own, and who sends notifications is told where to. */
    private static boolean differsFromItsClass(Object managed) {
        return managed instanceof NotificationSenderAware
                || managed instanceof ManagedInstance wrapper
                        && wrapper.getInstance() != null
                        && wrapper.getInstance().getClass().isAnnotationPresent(ManagedResource.class);
    }

    private ModelMBean mbean(ModelMBeanInfo offer, Object managed) throws JMException {
        boolean mask = !Boolean.FALSE.equals(
                camelContext.getManagementStrategy().getManagementAgent().getMask()); // of secrets in answers
        ModelMBean mbean = new MixinRequiredModelMBean(offer, mask, null, null);
        try {
            mbean.setManagedResource(managed, "ObjectReference");
        } catch (InvalidTargetObjectTypeException e) {
            throw new IllegalStateException(e); // this type is known to every JVM
        }
        return mbean;
    }
}
