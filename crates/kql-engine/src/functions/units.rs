//! Units of measure and `convert_…` between them.
//!
//! Units have the names and factors of the UnitsNet library, which Kusto uses: the recorded results agree
//! with it to the last digit, rounded factors (`AcreFoot`) included. A unit that is not known gives null.

use std::f64::consts::PI;

use kql_analysis::value::Value;

use super::kernel::{Table, arg, real, text};

pub(super) const KERNELS: Table = &[
    ("convert_angle", |_, args| Ok(angle(args))),
    ("convert_energy", |_, args| Ok(scaled(args, ENERGY))),
    ("convert_force", |_, args| Ok(scaled(args, FORCE))),
    ("convert_length", |_, args| Ok(scaled(args, LENGTH))),
    ("convert_mass", |_, args| Ok(scaled(args, MASS))),
    ("convert_speed", |_, args| Ok(scaled(args, SPEED))),
    ("convert_temperature", |_, args| Ok(temperature(args))),
    ("convert_volume", |_, args| Ok(scaled(args, VOLUME))),
];

/// Units with their size in the base unit.
type Units = &'static [(&'static str, f64)];

fn size(units: Units, name: &str) -> Option<f64> {
    let (_, size) = units.iter().find(|(known, _)| *known == name)?;
    Some(*size)
}

fn scaled(args: &[Value], units: Units) -> Value {
    let result = || {
        let (from, to) = (text(arg(args, 1)), text(arg(args, 2)));
        Some(real(arg(args, 0))? * size(units, from)? / size(units, to)?)
    };
    result().map_or(Value::Null, Value::Real)
}

/// Angles, among which the tilt is the sine of an angle.
fn angle(args: &[Value]) -> Value {
    let (from, to) = (text(arg(args, 1)), text(arg(args, 2)));
    let result = || {
        let value = real(arg(args, 0))?;
        let degrees = match from {
            "Tilt" => libm::asin(value) * 180.0 / PI,
            unit => value * size(ANGLE, unit)?,
        };
        Some(match to {
            "Tilt" => libm::sin(degrees * PI / 180.0),
            unit => degrees / size(ANGLE, unit)?,
        })
    };
    result().map_or(Value::Null, Value::Real)
}

/// Temperatures, whose scales differ in size and in zero.
fn temperature(args: &[Value]) -> Value {
    let scale = |index: usize| {
        let name = text(arg(args, index));
        let (_, size, zero) = TEMPERATURE.iter().find(|(known, ..)| *known == name)?;
        Some((*size, *zero))
    };
    let result = || {
        let ((size, zero), (other_size, other_zero)) = (scale(1)?, scale(2)?);
        let kelvin = real(arg(args, 0))? * size + zero;
        Some((kelvin - other_zero) / other_size)
    };
    result().map_or(Value::Null, Value::Real)
}

/// In degrees.
const ANGLE: Units = &[
    ("Degree", 1.0),
    ("Arcminute", 1.0 / 60.0),
    ("Arcsecond", 1.0 / 3600.0),
    ("Millidegree", 1e-3),
    ("Microdegree", 1e-6),
    ("Nanodegree", 1e-9),
    ("Radian", 180.0 / PI),
    ("Deciradian", 18.0 / PI),
    ("Centiradian", 1.8 / PI),
    ("Milliradian", 0.18 / PI),
    ("Microradian", 1.8e-4 / PI),
    ("Nanoradian", 1.8e-7 / PI),
    ("Gradian", 0.9),
    ("NatoMil", 9.0 / 160.0),
    ("Revolution", 360.0),
];

/// In joules.
const ENERGY: Units = &[
    ("Joule", 1.0),
    ("Millijoule", 1e-3),
    ("Kilojoule", 1e3),
    ("Megajoule", 1e6),
    ("Gigajoule", 1e9),
    ("BritishThermalUnit", 1055.05585262),
    ("KilobritishThermalUnit", 1055055.85262),
    ("MegabritishThermalUnit", 1055055852.62),
    ("GigabritishThermalUnit", 1055055852620.0),
    ("Calorie", 4.184),
    ("Kilocalorie", 4184.0),
    ("Megacalorie", 4184000.0),
    ("ThermEc", 105_505_585.262),
    ("DecathermEc", 1_055_055_852.62),
    ("ThermUs", 105_480_400.0),
    ("DecathermUs", 1_054_804_000.0),
    ("ThermImperial", 105_505_585.257_348),
    ("DecathermImperial", 1_055_055_852.573_48),
    ("ElectronVolt", 1.602176565e-19),
    ("KiloelectronVolt", 1.602176565e-16),
    ("MegaelectronVolt", 1.602176565e-13),
    ("GigaelectronVolt", 1.602176565e-10),
    ("TeraelectronVolt", 1.602176565e-7),
    ("Erg", 1e-7),
    ("FootPound", 1.355817948),
    ("HorsepowerHour", 2.6845195377e6),
    ("WattHour", 3600.0),
    ("KilowattHour", 3.6e6),
    ("MegawattHour", 3.6e9),
    ("GigawattHour", 3.6e12),
    ("TerawattHour", 3.6e15),
    ("WattDay", 86400.0),
    ("KilowattDay", 8.64e7),
    ("MegawattDay", 8.64e10),
    ("GigawattDay", 8.64e13),
    ("TerawattDay", 8.64e16),
];

/// In newtons.
const FORCE: Units = &[
    ("Newton", 1.0),
    ("Decanewton", 10.0),
    ("Kilonewton", 1e3),
    ("Meganewton", 1e6),
    ("Millinewton", 1e-3),
    ("Micronewton", 1e-6),
    ("Dyn", 1e-5),
    ("KilogramForce", 9.80665),
    ("KiloPond", 9.80665),
    ("TonneForce", 9806.65),
    ("OunceForce", 0.2780138509537812),
    ("PoundForce", 4.4482216152605),
    ("KilopoundForce", 4448.2216152605),
    ("Poundal", 0.138254954376),
    ("ShortTonForce", 8896.443230521),
];

/// In meters.
const LENGTH: Units = &[
    ("Meter", 1.0),
    ("Decimeter", 0.1),
    ("Centimeter", 0.01),
    ("Millimeter", 1e-3),
    ("Micrometer", 1e-6),
    ("Nanometer", 1e-9),
    ("Angstrom", 1e-10),
    ("Decameter", 10.0),
    ("Hectometer", 100.0),
    ("Kilometer", 1e3),
    ("AstronomicalUnit", 1.4959787070e11),
    ("LightYear", 9.46073047258e15),
    ("KilolightYear", 9.46073047258e18),
    ("MegalightYear", 9.46073047258e21),
    ("Parsec", 3.08567758128e16),
    ("Kiloparsec", 3.08567758128e19),
    ("Megaparsec", 3.08567758128e22),
    ("SolarRadius", 6.9551e8),
    ("Chain", 20.1168),
    ("DataMile", 1828.8),
    ("Fathom", 1.8288),
    ("Foot", 0.3048),
    ("UsSurveyFoot", 1200.0 / 3937.0),
    ("Hand", 0.1016),
    ("Inch", 0.0254),
    ("Microinch", 2.54e-8),
    ("Mil", 2.54e-5),
    ("Mile", 1609.34),
    ("NauticalMile", 1852.0),
    ("Shackle", 27.432),
    ("Yard", 0.9144),
    ("DtpPica", 1.0 / 236.220472441),
    ("DtpPoint", 0.0254 / 72.0),
    ("PrinterPica", 1.0 / 237.106301584),
    ("PrinterPoint", 0.0254 / 72.27),
    ("Twip", 1.0 / 56692.913385826),
];

/// In kilograms.
const MASS: Units = &[
    ("Kilogram", 1.0),
    ("Hectogram", 0.1),
    ("Decagram", 0.01),
    ("Gram", 1e-3),
    ("Decigram", 1e-4),
    ("Centigram", 1e-5),
    ("Milligram", 1e-6),
    ("Microgram", 1e-9),
    ("Nanogram", 1e-12),
    ("Tonne", 1e3),
    ("Kilotonne", 1e6),
    ("Megatonne", 1e9),
    ("EarthMass", 5.9722e24),
    ("SolarMass", 1.98947e30),
    ("Grain", 1.0 / 15432.358352941431),
    ("Ounce", 1.0 / 35.2739619),
    ("Pound", 0.45359237),
    ("Kilopound", 453.59237),
    ("Megapound", 453592.37),
    ("Stone", 1.0 / 0.1574731728702698),
    ("Slug", 1.0 / 0.06852176556196105),
    ("ShortHundredweight", 1.0 / 0.022046226218487758),
    ("LongHundredweight", 1.0 / 0.01968413055222121),
    ("ShortTon", 907.18474),
    ("LongTon", 1016.0469088),
];

/// In meters per second.
const SPEED: Units = &[
    ("NanometerPerSecond", 1e-9),
    ("NanometerPerMinute", 1e-9 / 60.0),
    ("MicrometerPerSecond", 1e-6),
    ("MicrometerPerMinute", 1e-6 / 60.0),
    ("MillimeterPerSecond", 1e-3),
    ("MillimeterPerMinute", 1e-3 / 60.0),
    ("MillimeterPerHour", 1e-3 / 3600.0),
    ("CentimeterPerSecond", 0.01),
    ("CentimeterPerMinute", 0.01 / 60.0),
    ("CentimeterPerHour", 0.01 / 3600.0),
    ("DecimeterPerSecond", 0.1),
    ("DecimeterPerMinute", 0.1 / 60.0),
    ("MeterPerSecond", 1.0),
    ("MeterPerMinute", 1.0 / 60.0),
    ("MeterPerHour", 1.0 / 3600.0),
    ("KilometerPerSecond", 1e3),
    ("KilometerPerMinute", 1e3 / 60.0),
    ("KilometerPerHour", 1e3 / 3600.0),
    ("InchPerSecond", 0.0254),
    ("InchPerMinute", 0.0254 / 60.0),
    ("InchPerHour", 0.0254 / 3600.0),
    ("FootPerSecond", 0.3048),
    ("FootPerMinute", 0.3048 / 60.0),
    ("FootPerHour", 0.3048 / 3600.0),
    ("UsSurveyFootPerSecond", 1200.0 / 3937.0),
    ("UsSurveyFootPerMinute", 1200.0 / 3937.0 / 60.0),
    ("UsSurveyFootPerHour", 1200.0 / 3937.0 / 3600.0),
    ("YardPerSecond", 0.9144),
    ("YardPerMinute", 0.9144 / 60.0),
    ("YardPerHour", 0.9144 / 3600.0),
    ("Knot", 0.514444),
    ("MilePerHour", 0.44704),
];

/// In cubic meters.
const VOLUME: Units = &[
    ("CubicMeter", 1.0),
    ("HectocubicMeter", 100.0),
    ("KilocubicMeter", 1e3),
    ("CubicDecimeter", 1e-3),
    ("CubicCentimeter", 1e-6),
    ("CubicMillimeter", 1e-9),
    ("CubicMicrometer", 1e-18),
    ("CubicHectometer", 1e6),
    ("CubicKilometer", 1e9),
    ("Liter", 1e-3),
    ("Deciliter", 1e-4),
    ("Centiliter", 1e-5),
    ("Milliliter", 1e-6),
    ("Microliter", 1e-9),
    ("Decaliter", 1e-2),
    ("Hectoliter", 0.1),
    ("Kiloliter", 1.0),
    ("Megaliter", 1e3),
    ("AcreFoot", 1.0 / 0.000810714),
    ("AuTablespoon", 2e-5),
    ("BoardFoot", 2.3597372158e-3),
    ("CubicFoot", 0.0283168),
    ("HectocubicFoot", 2.83168),
    ("KilocubicFoot", 28.3168),
    ("MegacubicFoot", 28316.8),
    ("CubicInch", 1.6387e-5),
    ("CubicMile", 4.16818182544058e9),
    ("CubicYard", 0.764554858),
    ("ImperialBeerBarrel", 0.16365924),
    ("ImperialGallon", 0.00454609000000181),
    ("KiloimperialGallon", 4.54609000000181),
    ("MegaimperialGallon", 4546.09000000181),
    ("ImperialOunce", 2.84130624999629e-5),
    ("ImperialPint", 5.6826125e-4),
    ("MetricCup", 2.5e-4),
    ("MetricTeaspoon", 5e-6),
    ("OilBarrel", 0.158987294928),
    ("UkTablespoon", 1.5e-5),
    ("UsBeerBarrel", 0.1173477658),
    ("UsCustomaryCup", 2.365882365e-4),
    ("UsGallon", 0.00378541),
    ("DecausGallon", 0.0378541),
    ("DeciusGallon", 3.78541e-4),
    ("HectousGallon", 0.378541),
    ("KilousGallon", 3.78541),
    ("MegausGallon", 3785.41),
    ("UsLegalCup", 2.4e-4),
    ("UsOunce", 2.95735295625376e-5),
    ("UsPint", 4.73176473e-4),
    ("UsQuart", 9.46352946e-4),
    ("UsTablespoon", 1.478676478125e-5),
    ("UsTeaspoon", 4.92892159375e-6),
];

/// Size of a degree and the temperature of the scale's zero, in kelvins.
const TEMPERATURE: &[(&str, f64, f64)] = &[
    ("Kelvin", 1.0, 0.0),
    ("DegreeCelsius", 1.0, 273.15),
    ("MillidegreeCelsius", 1e-3, 273.15),
    ("DegreeFahrenheit", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
    ("DegreeRankine", 5.0 / 9.0, 0.0),
    ("DegreeDelisle", -2.0 / 3.0, 373.15),
    ("DegreeNewton", 100.0 / 33.0, 273.15),
    ("DegreeReaumur", 1.25, 273.15),
    ("DegreeRoemer", 40.0 / 21.0, 273.15 - 300.0 / 21.0),
    ("SolarTemperature", 5778.0, 0.0),
];
