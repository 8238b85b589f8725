package com.ytempire.hub.platform;

import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Looks for a bean under the name of its class first. Spring looks there by the parameter's name alone, and else asks each
 * of the thousand beans whether it is one of the type. What is found must fit as before: the type is still held against it.
 */
class NamedByType implements ApplicationContextInitializer<GenericApplicationContext> {

    @Override
    public void initialize(GenericApplicationContext context) {
        context.getDefaultListableBeanFactory().setAutowireCandidateResolver(new Names());
    }

    private static class Names extends ContextAnnotationAutowireCandidateResolver {

        @Override
        public String getSuggestedName(DependencyDescriptor dependency) {
            String given = super.getSuggestedName(dependency);
            return given == null ? ClassUtils.getShortNameAsProperty(dependency.getDependencyType()) : given;
        }
    }
}
