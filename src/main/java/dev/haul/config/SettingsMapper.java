package dev.haul.config;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jackson, taught to see settings as a tree whose leaves are the texts that people type. */
final class SettingsMapper {
  private SettingsMapper() {}

  static JsonMapper create() {
    return JsonMapper.builder()
        .addModule(new TextModule())
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
        // Of an entry that has no default, since people make it up, nothing may be said of a list.
        .withConfigOverride(
            List.class, list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
        .visibility(PropertyAccessor.GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, Visibility.ANY)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build();
  }

  private static final class TextModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    @Override
    public void setupModule(SetupContext context) {
      context.addSerializers(
          new Serializers.Base() {
            @Override
            public @Nullable JsonSerializer<?> findSerializer(
                SerializationConfig config, JavaType type, BeanDescription bean) {
              return TextType.of(type.getRawClass()).map(TextSerializer::new).orElse(null);
            }
          });
      context.addDeserializers(
          new Deserializers.Base() {
            @Override
            public @Nullable JsonDeserializer<?> findBeanDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription bean) {
              return deserializer(type.getRawClass());
            }

            @Override
            public @Nullable JsonDeserializer<?> findEnumDeserializer(
                Class<?> type, DeserializationConfig config, BeanDescription bean) {
              return deserializer(type);
            }

            private @Nullable JsonDeserializer<?> deserializer(Class<?> type) {
              return TextType.of(type).map(TextDeserializer::new).orElse(null);
            }
          });
    }
  }

  private static final class TextSerializer extends JsonSerializer<Object> {
    private final TextType type;

    TextSerializer(TextType type) {
      this.type = type;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(type.print().apply(value));
    }
  }

  private static final class TextDeserializer extends JsonDeserializer<Object> {
    private final TextType type;

    TextDeserializer(TextType type) {
      this.type = type;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return type.parse().apply(parser.getText());
    }
  }
}
