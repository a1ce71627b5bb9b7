#include "simulator/tennis/player.h"

#include <array>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "simulator/random.h"

namespace matchpoint::simulator::tennis {
namespace {

constexpr std::array<std::string_view, 61> kMenFirst{
    "Adam",   "Aleš",  "Anders", "Arno",    "Bastien", "Bo",    "Bruno",  "Caspar",  "Cédric",  "Dario",  "David",
    "Diego",  "Edvin", "Elias",  "Emil",    "Enzo",    "Erik",  "Fabian", "Felipe",  "Florian", "Gael",   "Goran",
    "Hamish", "Hugo",  "Idris",  "Ignacio", "Ilya",    "Ivan",  "Jakob",  "Jan",     "João",    "Joel",   "Jonas",
    "Kaito",  "Kenji", "Lars",   "Leo",     "Liam",    "Luca",  "Malik",  "Marco",   "Mateus",  "Mikkel", "Milan",
    "Nico",   "Nils",  "Omar",   "Oskar",   "Pablo",   "Paul",  "Pavel",  "Quentin", "Rafik",   "Rémi",   "Samir",
    "Simon",  "Tadeo", "Tomáš",  "Viktor",  "Yannis",  "Zoltán"};

constexpr std::array<std::string_view, 61> kWomenFirst{
    "Ada",    "Agnes", "Aiko",   "Alba",  "Amélie", "Anouk",  "Astrid", "Beatriz", "Bianka", "Camila", "Carla",
    "Chiara", "Clara", "Dana",   "Daria", "Diana",  "Edith",  "Elena",  "Elif",    "Emma",   "Esther", "Eva",
    "Fatou",  "Flora", "Freya",  "Greta", "Hana",   "Helena", "Ida",    "Inès",    "Ingrid", "Iris",   "Jana",
    "Julia",  "Katja", "Kira",   "Lara",  "Leonie", "Lina",   "Lucía",  "Magda",   "Malin",  "Mara",   "Marta",
    "Mei",    "Mina",  "Nadia",  "Nele",  "Nora",   "Olga",   "Paula",  "Petra",   "Rosa",   "Sara",   "Selma",
    "Sofie",  "Tamar", "Tereza", "Vera",  "Yuki",   "Zoë"};

constexpr std::array<std::string_view, 128> kLast{
    "Abdi",     "Aguirre",   "Almeida",  "Andersson", "Arslan",    "Bakker",   "Baranov", "Bauer",    "Beaumont",
    "Becerra",  "Benoit",    "Bianchi",  "Blanc",     "Boateng",   "Bondar",   "Brandt",  "Brennan",  "Cardoso",
    "Castel",   "Černý",     "Chen",     "Clarke",    "Cohen",     "Costa",    "Cruz",    "Dahl",     "Delgado",
    "Demir",    "Dubois",    "Duarte",   "Dvorak",    "Ekström",   "Engel",    "Eriksen", "Faber",    "Falk",
    "Ferrand",  "Fischer",   "Fontaine", "Fujita",    "Gallo",     "Garnier",  "Gomes",   "Grünwald", "Haas-Meyer",
    "Hansen",   "Haugen",    "Hayashi",  "Heller",    "Herrera",   "Hofer",    "Horváth", "Ibarra",   "Ito",
    "Jansen",   "Jensen",    "Jovanov",  "Kaminski",  "Kaplan",    "Keita",    "Keller",  "Kim",      "Kovač",
    "Kozak",    "Kraus",     "Kubo",     "Laine",     "Lambert",   "Larsen",   "Leclair", "Lehmann",  "Lindqvist",
    "Lombardi", "Lund",      "Maier",    "Marchetti", "Marek",     "Marin",    "Matsuda", "Mendes",   "Mercier",
    "Molnár",   "Monteiro",  "Mora",     "Moreau",    "Mwangi",    "Nakano",   "Navarro", "Nielsen",  "Novák",
    "Nowak",    "O'Connell", "Okafor",   "Olsen",     "Ortega",    "Osei",     "Pacheco", "Palmer",   "Pereira",
    "Petrov",   "Pichler",   "Popescu",  "Quist",     "Rasmussen", "Ricci",    "Rivas",   "Romano",   "Rossi",
    "Sala",     "Santoro",   "Schäfer",  "Serrano",   "Silva",     "Sørensen", "Stein",   "Suzuki",   "Szabó",
    "Tanaka",   "Toth",      "Traoré",   "Vargas",    "Vidal",     "Vogel",    "Wagner",  "Weber",    "Winter",
    "Yıldız",   "Zeman"};

constexpr std::size_t kNames = kMenFirst.size() * kLast.size();
static_assert(kMenFirst.size() == kWomenFirst.size());
constexpr std::size_t kInitials = 26;
// Neighbouring indices get names that share neither part.
constexpr std::size_t kStride = 3037;
static_assert(std::gcd(kStride, kNames) == 1);

std::string name_of(Tour tour, std::size_t index) {
    const std::size_t name = index % kNames * kStride % kNames;
    const auto& firsts = tour == Tour::kMen ? kMenFirst : kWomenFirst;
    const std::string_view first = firsts[name % firsts.size()];
    const std::string_view last = kLast[name / firsts.size()];
    const std::size_t round = index / kNames;
    if (round == 0) return fmt::format("{} {}", first, last);
    return fmt::format("{} {}. {}", first, static_cast<char>('A' + round - 1), last);
}

}  // namespace

std::size_t max_players() {
    return kNames * (kInitials + 1);
}

Player make_player(Tour tour, std::size_t index) {
    Random random(tour == Tour::kMen ? 1 : 2, index);
    return Player{.name = name_of(tour, index),
                  .serve = random.normal(),
                  .returning = random.normal(),
                  .ace = random.normal(),
                  .double_fault = random.normal()};
}

}  // namespace matchpoint::simulator::tennis
