package com.ytempire.hub.operations;

import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.stereotype.Component;

/**
 * Every action of the pages as an operation in the console (Hawtio, by JMX): one that is added to the pages is there as
 * well. {@code link.off} is {@code linkOff(link)}; each parameter bears its name. What is done is written down.
 */
@Component
@ManagedResource(objectName = "com.ytempire.hub:type=Actions")
public class ActionsConsole implements DynamicMBean {

    private static final String OPERATOR = "console";

    private final OperatorActions actions;
    private final AuditReader audit;

    ActionsConsole(OperatorActions actions, AuditReader audit) {
        this.actions = actions;
        this.audit = audit;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                getClass().getName(),
                "All an operator can do from the pages; each is written to the audit log",
                null,
                null,
                actions.all().stream().map(ActionsConsole::operation).toArray(MBeanOperationInfo[]::new),
                null);
    }

    private static MBeanOperationInfo operation(OperatorAction action) {
        return new MBeanOperationInfo(
                nameOf(action),
                action.title() + ". " + action.says().apply(action.on() == null ? "" : "it"),
                parameters(action).toArray(MBeanParameterInfo[]::new),
                String.class.getName(),
                MBeanOperationInfo.ACTION);
    }

    /** {@code events.dry-run} is {@code eventsDryRun}. */
    private static String nameOf(OperatorAction action) {
        StringBuilder name = new StringBuilder();
        for (String word : action.name().split("[.-]")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    private static List<MBeanParameterInfo> parameters(OperatorAction action) {
        List<MBeanParameterInfo> parameters = new ArrayList<>();
        if (action.on() != null) {
            parameters.add(new MBeanParameterInfo(action.on(), String.class.getName(), "which " + action.on()));
        }
        for (Field field : action.fields()) {
            String usual = field.usual().isEmpty() ? "" : ", usually " + field.usual();
            parameters.add(new MBeanParameterInfo(
                    field.name(),
                    String.class.getName(),
                    field.label() + (field.needed() ? "" : ", may be empty") + usual));
        }
        return parameters;
    }

    /** @return what happened, as the audit log has it */
    @Override
    public Object invoke(String operation, Object[] given, String[] signature)
            throws MBeanException, ReflectionException {
        OperatorAction action = actions.all().stream()
                .filter(each -> nameOf(each).equals(operation))
                .findFirst()
                .orElseThrow(() -> new ReflectionException(new NoSuchMethodException(operation)));
        List<MBeanParameterInfo> parameters = parameters(action);
        if (given == null ? !parameters.isEmpty() : given.length != parameters.size()) {
            throw new ReflectionException(new NoSuchMethodException(operation + " takes " + parameters.size()));
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            values.put(parameters.get(i).getName(), given[i] == null ? "" : given[i].toString());
        }
        try {
            Order order =
                    new Order(action.on() == null ? "" : values.get(action.on()).strip(), values, OPERATOR, "console");
            return audit.find(actions.run(action, order))
                    .map(AuditReader.Entry::result)
                    .orElse("");
        } catch (Problem refused) { // a class the console may not know
            throw new MBeanException(new IllegalArgumentException(refused.getMessage()));
        }
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName());
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        return new AttributeList();
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }
}
