package dev.dragonfly.manager.rest;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Must be given; an empty text and 0 count as not given. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Required.Check.class)
public @interface Required {
  String message() default "is required";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Looks whether there is anything. */
  final class Check implements ConstraintValidator<Required, Object> {
    @Override
    public boolean isValid(@Nullable Object value, ConstraintValidatorContext context) {
      return value != null
          && !value.equals("")
          && !(value instanceof Number number && number.longValue() == 0);
    }
  }
}
