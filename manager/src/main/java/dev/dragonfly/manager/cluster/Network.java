package dev.dragonfly.manager.cluster;

import dev.dragonfly.common.net.Cidr;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A network as address and length: 10.0.0.0/8. */
@Target({ElementType.FIELD, ElementType.TYPE_USE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Network.Check.class)
@interface Network {
  String message() default "is no network like 10.0.0.0/8";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Parses it. */
  final class Check implements ConstraintValidator<Network, String> {
    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      return text == null || Cidr.find(text).isPresent();
    }
  }
}
